"""nginx with the dav module: a server that only stores what is PUT."""

from __future__ import annotations

import shutil
from pathlib import Path

_TEXT = """
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_max_body_size 0;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/other;
  fastcgi_temp_path {folder}/other;
  uwsgi_temp_path {folder}/other;
  scgi_temp_path {folder}/other;
  server {{
    listen 127.0.0.1:{port};
    location / {{ root {folder}/files; dav_methods PUT; create_full_put_path on; }}
  }}
}}
"""


def program() -> str | None:
    """Return where nginx is; None when it is not installed."""
    return shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")


def configure(folder: Path, port: int) -> list[str]:
    """Write a configuration into `folder`; return the command that serves it."""
    found = program()
    if found is None:
        raise RuntimeError("nginx is not installed")
    for name in ("files", "body", "other"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    # Its workers are another user when root starts it.
    if folder.owner() == "root":
        for path in (folder, *folder.iterdir()):
            path.chmod(0o777)
        for above in folder.parents[:2]:
            if above.is_relative_to(folder.parents[1]) and above != Path("/tmp"):  # noqa: S108
                above.chmod(above.stat().st_mode | 0o011)
    config = folder / "nginx.conf"
    config.write_text(_TEXT.format(folder=folder, port=port))
    return [found, "-c", str(config), "-p", str(folder)]
