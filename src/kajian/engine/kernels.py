"""Jupyter's way to our kernels: forked when this process has a server, else started afresh."""

from __future__ import annotations

import contextlib
import sys
import uuid
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Dict, Int, Unicode

from kajian.engine import forks

if sys.platform == "linux":
    import resource


LAUNCHER = "ipykernel_launcher"


class Provisioner(LocalProvisioner):
    """Starts the kernel of one notebook: forked if this process has a server, else afresh."""

    environment = Dict(help="variables of this kernel alone").tag(config=True)
    log_file = Unicode(help="what the kernel prints outside its cells").tag(config=True)
    memory_bytes = Int(0, help="most memory that it may take; 0 for no limit").tag(config=True)

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Add the variables of this notebook to the kernel's environment."""
        prepared = await super().pre_launch(**kwargs)
        prepared["env"] = {**prepared["env"], **forks.KERNEL_ENVIRONMENT, **self.environment}
        return dict(prepared)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel; start a fresh one where that is not possible."""
        kernel: Any = self._forked(**kwargs)
        if kernel:
            self.process = kernel
            self.pid = self.pgid = kernel.pid
        else:
            with Path(self.log_file).open("ab") as log:
                command = [sys.executable, *forks.OPTIONS, "-m", LAUNCHER, *self._arguments()]
                await super().launch_kernel(command, stdout=log, stderr=log, **kwargs)
        if self.memory_bytes and sys.platform == "linux":
            resource.prlimit(self.pid or 0, resource.RLIMIT_DATA, (self.memory_bytes,) * 2)
        return self.connection_info

    def _arguments(self) -> list[str]:
        """Tell a kernel where to listen, and to keep no history of its own."""
        manager: Any = self.parent
        return ["-f", manager.connection_file, "--HistoryManager.hist_file=:memory:"]

    def _forked(self, **kwargs: Any) -> forks.ForkedKernel | None:
        if server := forks.running():
            with contextlib.suppress(OSError):
                return server.fork(
                    arguments=self._arguments(),
                    cwd=str(kwargs.get("cwd") or Path.cwd()),
                    env=kwargs["env"],
                    log=self.log_file,
                )
        return None


class KernelManager(AsyncKernelManager):
    """A kernel manager whose kernels come from `Provisioner`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kernel_id = self.kernel_id or str(uuid.uuid4())
        self.provisioner = Provisioner(
            kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
        )
