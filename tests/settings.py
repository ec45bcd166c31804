"""The portal's settings under test: a throw-away data folder and plain statics."""

import os
import tempfile

# An organisation's own `.env` has no say here.
os.environ["ENV_FILE"] = os.devnull
os.environ.setdefault("SECRET_KEY", "tests-only-never-deployed-0123456789abcdefghij")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="wbk-tests-"))

from wbk_portal.settings import *  # noqa: F403
from wbk_portal.settings import DATA_DIR, DATABASES, STORAGES

# SQLite as a file: in memory all threads would share one connection, and the
# IMMEDIATE mode would never be exercised.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
# The live server cannot find hashed names; tests/test_static.py uses the real storage.
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
# WhiteNoise warns about a folder that is not there, and warnings are errors.
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Jobs run when a test calls the `run_jobs` fixture.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
