"""The driver's side of the kernel server: start it, ask it for kernels, end it.

There is one server per process that runs notebooks. It starts when first asked for and ends
with that process, however that ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable
from typing import Any

from kajian.engine import server

CAN_FORK = sys.platform == "linux"
ANSWER_SECONDS = 120
# What Jupyter starts its own kernels with.
OPTIONS = ("-Xfrozen_modules=off",)
# One thread for linear algebra: numbers do not depend on how many cores there are, and no
# thread is lost in a fork.
KERNEL_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JUPYTER_PLATFORM_DIRS": "1",
}


class KernelServer:
    """The process that forks kernels, seen from the driver.

    Parameters
    ----------
    modules
        Names of modules to import before the first fork.
    """

    def __init__(self, modules: Iterable[str]) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            handle = theirs.fileno()
            self._process = subprocess.Popen(
                [sys.executable, *OPTIONS, "-m", server.__name__, str(handle)],
                env={**os.environ, **KERNEL_ENVIRONMENT},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[handle],
                start_new_session=True,
            )
        self._requests.send(json.dumps(sorted(modules)).encode())

    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self._process.poll() is None

    def fork(self, **request: Any) -> ForkedKernel:
        """Ask for one kernel; waits for the first until everything is imported.

        Raises
        ------
        OSError
            When the server is gone.
        """
        lease, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            socket.send_fds(self._requests, [json.dumps(request).encode()], [theirs.fileno()])
        lease.settimeout(ANSWER_SECONDS)
        pid = lease.recv(32)
        lease.settimeout(None)
        if not pid:
            raise ConnectionError("the kernel server ended")
        return ForkedKernel(int(pid), lease)

    def close(self) -> None:
        """End the server and every kernel that it still has."""
        self._requests.close()
        self._process.wait()


class ForkedKernel:
    """A kernel that is the server's child, with the part of ``subprocess.Popen`` that is used."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, lease: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._lease = lease

    def poll(self) -> int | None:
        """Exit code, or nothing while it runs; a lost server ends its kernels with it."""
        if self.returncode is None and select.select([self._lease], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self) -> int:
        """Wait for the end; its exit code."""
        if self.returncode is None:
            answer = self._lease.recv(32)
            self._lease.close()
            self.returncode = int(answer or -signal.SIGKILL)
            if not answer:  # the server is gone and the kernel with it; not yet what that started
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal while it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)


_lock = threading.Lock()
_server: KernelServer | None = None


def prepare(modules: Iterable[str]) -> None:
    """Start the server of this process, unless it runs, and let it import in the background."""
    global _server
    with _lock:
        if CAN_FORK and not (_server and _server.alive()):
            _server = KernelServer(modules)


def running() -> KernelServer | None:
    """The running server of this process, if any."""
    return _server if _server and _server.alive() else None
