"""How gunicorn serves the directory: `make run`, and any installation.

Two processes of four threads: the cheapest per page of what was tried, and slow clients hold a
thread, not a process.
"""

import errno
import os
import socket
import subprocess
import sys

from apes_directory import settings

wsgi_app = "apes_directory.wsgi:application"
worker_class = "apes_directory.gunicorn_worker.Worker"
# The most that gunicorn takes: 500 actors chosen one by one are 7,000 characters of address.
limit_request_line = 8190
workers = settings.env_int("WORKERS", default=2, minimum=1)
threads = settings.THREADS
bind = f"[{settings.HOST}]:{settings.PORT}" if ":" in settings.HOST else f"{settings.HOST}:{settings.PORT}"
# The application is loaded once, before the workers split off: a faster start and shared memory.
preload_app = True
loglevel = "warning"
# One installation must not depend on, nor disturb, another one of the same user.
control_socket_disable = True


def on_starting(server) -> None:
    """Stop with one clear line where gunicorn would try five times and print ten."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.HOST, settings.PORT, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        sys.exit(_why_not(error))


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
        server.jobs = start_jobs()


def on_exit(server) -> None:
    """End the runner of jobs with the server; it finishes the job it is at, for ten seconds at most."""
    jobs = getattr(server, "jobs", None)
    if jobs is None:
        return
    jobs.terminate()
    try:
        jobs.wait(timeout=10)
    except subprocess.TimeoutExpired:
        jobs.kill()
        jobs.wait()


def start_jobs() -> subprocess.Popen:
    """The runner of background jobs, a child of gunicorn's master, which it outlives by no more than a round."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_jobs", "--parent", str(os.getpid())]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL)
