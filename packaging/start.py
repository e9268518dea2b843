"""Start of the frozen desktop app."""

from sjedd_gui.app import main

raise SystemExit(main())
