# One image for web, worker, scheduler and set-up; compose.yaml says what each runs.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app \
    OPENBOOK_VAR=/var/openbook OPENBOOK_STATIC=/srv/openbook-static OPENBOOK_ADDRESS=0.0.0.0
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY . .

# The files for browsers get names with their hash. The key is made for this one command and not kept.
RUN OPENBOOK_MODE=production OPENBOOK_HOSTS=localhost DATABASE_URL=sqlite:////tmp/none REDIS_URL=redis://none \
    OPENBOOK_SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    python manage.py collectstatic --noinput --verbosity 0

RUN useradd --system --uid 10001 openbook && install -d -m 0700 -o openbook /var/openbook
USER openbook
VOLUME /var/openbook
EXPOSE 8000
CMD ["gunicorn", "--config", "config/gunicorn.py", "config.wsgi:application"]
