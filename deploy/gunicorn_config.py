"""How the web server runs, for `./portal` and for systemd alike."""

import os
from pathlib import Path

_data_dir = Path(os.environ["DATA_DIR"])
_bind = os.environ.get("BIND", "127.0.0.1")
_host = f"[{_bind}]" if ":" in _bind else _bind

bind = [f"{_host}:{os.environ.get('PORT', '8000')}"]
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = 4
# The code is read once and shared by the workers: a quicker start, less memory.
preload_app = True
# A fresh process now and then, so that memory never creeps.
max_requests = 5000
max_requests_jitter = 500
timeout = 120
graceful_timeout = 15
keepalive = 5
# Else gunicorn makes a folder in the home of whoever starts it.
control_socket = str(_data_dir / "run" / "gunicorn.ctl")
accesslog = "-" if os.environ.get("ACCESS_LOG") == "1" else None
loglevel = "warning"
