"""A process that imports the scientific libraries once and forks itself into kernels.

`kajian.engine` starts it with one end of a socket pair. Every request on that socket brings a
socket of its own, the *lease* of the new kernel: the server answers on it with the kernel's
process id and, at its end, with its exit code. A lease that closes ends its kernel, and the
end of the request socket ends everything, so nothing outlives a driver that was killed.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any

LONGEST_REQUEST = 1 << 17
PR_SET_PDEATHSIG = 1
REQUEST, LEASE, KERNEL = range(3)


def main() -> None:
    """Import what is asked for, then serve until the driver is gone."""
    if sys.path[0] == str(Path.cwd()):  # IPython adds it back, in a place of its own
        del sys.path[0]
    requests = socket.socket(fileno=int(sys.argv[1]))
    for name in json.loads(requests.recv(LONGEST_REQUEST)):
        # The notebook that needs it will say why it cannot be imported.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what is imported stays, and kernels share its memory
    serve(requests)


def serve(requests: socket.socket) -> None:
    """Fork a kernel for every request; watch drivers and kernels until the driver is gone."""
    leases: dict[int, socket.socket] = {}
    events = selectors.DefaultSelector()
    events.register(requests, selectors.EVENT_READ, (REQUEST, 0))
    try:
        while True:
            for key, _ in events.select():
                kind, pid = key.data
                if kind == REQUEST:
                    message, handles, *_ = socket.recv_fds(requests, LONGEST_REQUEST, 1)
                    if not message:
                        return
                    lease = socket.socket(fileno=handles[0])
                    pid = _fork(json.loads(message), events, lease)
                    leases[pid] = lease
                    events.register(lease, selectors.EVENT_READ, (LEASE, pid))
                    events.register(os.pidfd_open(pid), selectors.EVENT_READ, (KERNEL, pid))
                    _tell(lease, pid)
                elif kind == KERNEL:
                    events.unregister(key.fd)
                    os.close(key.fd)
                    lease = leases.pop(pid)
                    if lease in events.get_map():
                        events.unregister(lease)
                    _tell(lease, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
                    lease.close()
                elif pid in leases:
                    events.unregister(key.fileobj)
                    _kill(pid)
    finally:
        for pid in leases:
            _kill(pid)


def _fork(request: dict[str, Any], events: selectors.BaseSelector, lease: socket.socket) -> int:
    server = os.getpid()
    if pid := os.fork():
        return pid
    try:
        for key in list(events.get_map().values()):
            os.close(key.fd)
        events.close()
        lease.close()
        _become_kernel(request, server)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def die_with_parent(parent: int) -> None:
    """Let Linux kill this process when its parent ends, however it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _become_kernel(request: dict[str, Any], server: int) -> None:
    """Turn this child into the kernel that a request describes."""
    os.setsid()
    die_with_parent(server)
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.close(log)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    sys.argv = ["ipykernel_launcher", *request["arguments"]]

    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()
    atexit._run_exitfuncs()
    os._exit(0)


def _tell(lease: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):
        lease.send(str(number).encode())


def _kill(pid: int) -> None:
    """End a kernel and what it started."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
