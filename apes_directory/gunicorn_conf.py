"""How gunicorn serves the directory: `make run`, and any installation.

Two processes of four threads: the cheapest per page of what was tried, and slow clients hold a
thread, not a process.
"""

import errno
import os
import resource
import shutil
import socket
import sys
import time
from typing import TYPE_CHECKING

from apes_directory import settings
from apes_directory.existing import only_existing
from apes_directory.safety import refusal_text
from apes_directory.spare_memory import keep_little, share_what_is_loaded

if TYPE_CHECKING:
    from apes_directory.forked import Forked

wsgi_app = "apes_directory.wsgi:application"
worker_class = "apes_directory.gunicorn_worker.Worker"
# The most that gunicorn takes: 500 actors chosen one by one are 7,000 characters of address.
limit_request_line = 8190
workers = settings.env_int("WORKERS", default=2, minimum=1)
threads = settings.THREADS
bind = f"[{settings.HOST}]:{settings.PORT}" if ":" in settings.HOST else f"{settings.HOST}:{settings.PORT}"
# Connections of each process, most of which wait and cost a descriptor; beyond, the system lets others wait.
worker_connections = 5_000
# The application is loaded once, before the workers split off: a faster start and shared memory.
preload_app = True
# Seconds between two runners of jobs: one that can't start shall not be started over and over.
JOBS_AGAIN = 5
loglevel = "warning"
# Its own lines pass the same formatters: an address of the site may hold what somebody typed.
logconfig_dict = settings.LOGGING | {
    "loggers": settings.LOGGING["loggers"]
    | {"gunicorn.error": {"level": "WARNING", "handlers": ["console", "errors"], "propagate": False}}
}
# Nobody says under which address the site stands: a proxy that passes on what visitors send would let them name it,
# and pages with addresses of their making would be kept for everybody.
forwarder_headers = ""
# One installation must not depend on, nor disturb, another one of the same user.
control_socket_disable = True
if settings.METRICS_TOKEN:
    # Before anything loads prometheus_client, which looks there once.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(settings.DATA_DIR / "metrics")


def on_starting(server) -> None:
    """Stop with one clear line where gunicorn would try five times and print ten, or open what is not safe."""
    if told := refusal_text(settings):
        sys.exit(told)
    keep_little()
    only_existing(settings.DATABASES["default"])
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        # Counters of a server that is no more.
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder, mode=0o700)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * worker_connections
    # Systems begin at 1,024 files, and let a process ask for more.
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most)
    )
    if "LISTEN_FDS" in os.environ:
        # systemd holds the socket and hands it over, so that nobody is refused while the site restarts.
        return
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.HOST, settings.PORT, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        sys.exit(_why_not(error))


def pre_fork(server, worker) -> None:
    share_what_is_loaded()


def _why_not(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Le port {settings.PORT} est déjà pris : arrêtez ce qui l’occupe, "
            f"ou choisissez-en un autre avec « make run PORT={settings.PORT + 1} »."
        )
    if error.errno == errno.EACCES:
        return f"Le port {settings.PORT} est réservé à l’administrateur : prenez-en un au-dessus de 1023."
    return (
        f"Impossible d’écouter sur « {settings.HOST} », qui n’est pas une adresse de cette machine ({error})."
    )


def when_ready(server) -> None:
    """The last words of `make run`: it listens by now."""
    host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
    lines = []
    if settings.LISTENS_EVERYWHERE:
        host = "127.0.0.1"
        lines.append(
            f"Ouvert aux autres machines, sous ces seuls noms : {', '.join(settings.ALLOWED_HOSTS)} "
            "(ALLOWED_HOSTS=annuaire.example.org,localhost pour les choisir)."
        )
    lines.append(
        f"L’annuaire est ouvert : http://{host}:{settings.PORT}/ "
        "(un compte pour le modifier : make editor ; l’arrêter : Ctrl+C)"
    )
    print(*lines, sep="\n", flush=True)  # noqa: T201
    if settings.RUN_JOBS:
        server.jobs = start_jobs(server)
        _look_after_jobs(server)


def _look_after_jobs(server) -> None:
    """Start the runner again where it was killed: the master does so with its workers each second, and has no hook for
    other children."""
    of_workers, started = server.manage_workers, time.monotonic()

    def manage_workers() -> None:
        nonlocal started
        of_workers()
        if server.jobs.poll() is not None and time.monotonic() - started > JOBS_AGAIN:
            server.log.error("The runner of jobs is gone: another one is started.")
            server.jobs, started = start_jobs(server), time.monotonic()

    server.manage_workers = manage_workers


def on_exit(server) -> None:
    """End the runner of jobs with the server; it finishes the job it is at, for ten seconds at most."""
    jobs = getattr(server, "jobs", None)
    if jobs is None:
        return
    jobs.terminate()
    try:
        jobs.wait(timeout=10)
    except TimeoutError:
        jobs.kill()
        jobs.wait()


def start_jobs(server) -> "Forked":
    """The runner of background jobs, a child of gunicorn's master, which it outlives by no more than a round.

    It shares with the workers the program that the master loaded, which a new Python would hold once more, 80 MB.
    """
    # Not before the program is loaded: Prometheus and gunicorn's own settings want to be first.
    from apes_directory.forked import Forked

    share_what_is_loaded()
    master = os.getpid()
    return Forked(lambda: _run_jobs(server, master), name="annuaire-jobs")


def _run_jobs(server, master: int) -> int:
    from apes_directory.jobs import keep_running

    # The port is free as soon as the master lets go of it.
    for listener in server.LISTENERS:
        listener.close()
    keep_running(parent=master)
    return 0
