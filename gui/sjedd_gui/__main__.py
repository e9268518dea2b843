"""``python -m sjedd_gui``."""

from sjedd_gui.app import main

raise SystemExit(main())
