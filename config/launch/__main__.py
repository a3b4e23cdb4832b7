"""Starts the launch if this Python is new enough; written so that any Python 3 can read it."""

import sys

if not (3, 11) <= sys.version_info[:2] < (3, 14):
    version = ".".join(str(part) for part in sys.version_info[:3])
    sys.exit(
        "Openbook needs Python 3.11, 3.12 or 3.13; %s is %s. Name another: make up PYTHON=python3.12"
        % (sys.executable, version)
    )

from config.launch.up import main

sys.exit(main())
