"""How the web process runs: threads, since requests mostly wait for the database."""

import os

from config.logs import describe_logging

_production = os.environ.get("OPENBOOK_MODE", "local").lower() == "production"
bind = f"{os.environ.get('OPENBOOK_ADDRESS', '127.0.0.1')}:{os.environ.get('OPENBOOK_PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("OPENBOOK_WEB_WORKERS", "1"))
threads = int(os.environ.get("OPENBOOK_WEB_THREADS", "4"))
graceful_timeout = 10
control_socket_disable = True  # it would lie in the home folder, and nobody talks to it
logconfig_dict = describe_logging(
    style=os.environ.get("OPENBOOK_LOG_FORMAT", "json" if _production else "text").lower(),
    level=os.environ.get("OPENBOOK_LOG_LEVEL", "info"),
)
