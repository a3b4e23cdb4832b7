"""``make messages``: collects all messages, updates each language and says what is not translated yet."""

from __future__ import annotations

import os
import sys

import django


def main(languages: list[str]) -> int:
    """Update the languages there are and those named; gives 1 while anything is untranslated."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.messages.catalogue import build_template, list_languages, list_untranslated, update_language

    template = build_template()
    untranslated = 0
    for language in sorted({*list_languages(), *languages}):
        missing = list_untranslated(update_language(language, template))
        untranslated += len(missing)
        sys.stdout.write(f"{language}: {len(template)} messages, {len(missing)} not translated\n")
        for text in missing[:40]:
            sys.stdout.write(f"  {text[:110]}\n")
    return 1 if untranslated else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
