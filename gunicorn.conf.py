"""How pages are served: `gunicorn wsgi:app` reads this by itself, so that the house stands everywhere alike."""

import os

worker_class = "gthread"
#: One for each processor. The name is the one that gunicorn and its hosts have for it.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
#: They wait for the database while another computes. With eight they take the interpreter from each other, which cost a
#: tenth of the processor's time (docs/measured.md).
threads = 4
#: So many pieces of memory stay with a worker for the next picture; to get them anew for each took two fifths of drawing it.
raw_env = ["PILLOW_BLOCKS_MAX=4"]
