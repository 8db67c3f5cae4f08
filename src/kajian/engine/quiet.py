"""papermill's own engine, which saves a notebook once instead of before and after every cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from papermill.engines import NBClientEngine, papermill_engines

from kajian.files import write_json

NAME = "kajian"


class QuietEngine(NBClientEngine):  # type: ignore[misc]
    """Runs a notebook as papermill does; one that is cut short is saved as far as it came."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Run all cells; papermill saves the notebook when they ran or one of them raised."""
        try:
            return super().execute_managed_notebook(nb_man, kernel_name, **options)
        except BaseException:
            write_json(Path(nb_man.nb.metadata.papermill["output_path"]), nb_man.nb)
            raise


papermill_engines.register(NAME, QuietEngine)
