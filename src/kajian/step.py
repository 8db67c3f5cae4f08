"""The desk a notebook works at: where it finds tables, and where its results go.

A step owns one folder, ``data/processed/<study>/<step>/``. The pipeline lets a notebook write
into a staging folder and publishes it by rename; in JupyterLab the notebook writes in place.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kajian.cell import running_cell, skip_unused_cells
from kajian.errors import EvidenceError, PipelineError
from kajian.evidence.effects import graded, other_estimates
from kajian.evidence.ledger import Ledger, ledger_table, make_entry, write_ledger
from kajian.evidence.slots import named_entry
from kajian.files import sha256, whole_file, write_json
from kajian.places import (
    EARLIER,
    GATE,
    SIMULATED,
    TWIN,
    is_simulated,
    marked,
    processed_folder,
    project_root,
    raw_folder,
    study_file,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.figure import Figure


Table = TypeVar("Table", "pd.DataFrame", "gpd.GeoDataFrame")
STAGING = "KAJIAN_STAGING"
PROVENANCE = "provenance.json"


@dataclass(frozen=True, slots=True)
class Step:
    """One notebook at work on one study.

    Attributes
    ----------
    name
        Name of the notebook without suffix.
    study
        Code of the study.
    root
        The project folder.
    folder
        Where the results of this step go.
    used, saved
        SHA-256 of every table read and written so far, by name.
    """

    name: str
    study: str
    root: Path
    folder: Path
    used: dict[str, str] = field(default_factory=dict)
    saved: dict[str, str] = field(default_factory=dict)
    entries: Ledger = field(default_factory=dict)

    @classmethod
    def open(cls, name: str, study: str) -> Step:
        """Start a step of a study with an empty ledger; by hand, unused cells are passed over."""
        root = project_root()
        staging = os.environ.get(STAGING)
        folder = Path(staging) if staging else processed_folder(root, study) / name
        folder.mkdir(parents=True, exist_ok=True)
        if not staging and study_file(root, study).is_file():
            from kajian.study import read_study

            notebook = root / "notebooks" / f"{name}.ipynb"
            skip_unused_cells(notebook, study, read_study(root, study).parts)
        return cls(name, study, root, folder)

    def raw(self, source: str) -> pd.DataFrame:
        """Read and check a raw table or layer, named ``source/table`` in the study file."""
        from kajian.data.tables import read_named

        table, digest = read_named(raw_folder(self.root), source)
        self._note(self.used, source, digest)
        return table

    def table(self, name: str) -> pd.DataFrame:
        """Read a table that this step or an earlier one saved (a GeoDataFrame if it has shapes)."""
        import geopandas as gpd
        import pandas as pd
        import pyarrow.parquet as pq

        path = self.table_path(name)
        has_shapes = b"geo" in (pq.read_schema(path).metadata or {})
        table: pd.DataFrame = (gpd if has_shapes else pd).read_parquet(path)
        return table

    def household_tables(self) -> list[str]:
        """Names of the household tables that the gate let in."""
        tables = processed_folder(self.root, self.study) / GATE / "tables"
        return sorted(path.stem for path in tables.glob("*.parquet"))

    def table_path(self, name: str) -> Path:
        """Path of a table that `table` would read, for reading it in parts."""
        path = self.find(f"tables/{name}.parquet")
        self._note(self.used, name, sha256(path))
        return path

    def save(self, table: pd.DataFrame, name: str) -> None:
        """Keep a table for later steps, as Parquet (GeoParquet when it has shapes)."""
        target = self.folder / "tables" / f"{name}.parquet"
        with whole_file(target) as path:
            table.to_parquet(path)
        self._note(self.saved, name, sha256(target))

    def export(
        self, table: pd.DataFrame, name: str, title: str, columns: Mapping[str, str]
    ) -> None:
        """Give the user a table as CSV and XLSX.

        Parameters
        ----------
        table
            The table.
        name, title
            File name without suffix, and what the table is, in Indonesian.
        columns
            What each column means, with its unit.
        """
        from kajian.tables import write_table

        if absent := sorted(set(table.columns) - set(columns)):
            raise PipelineError(
                f"Tabel '{name}': kolom {', '.join(absent)} belum dijelaskan. "
                "Perbaikan: tambahkan arti dan satuannya pada columns=."
            )
        title = marked(self.study, title)
        about = {"judul": title, "kajian": self.study, "notebook": self.name}
        table, columns = self._marked(table, columns)
        write_table(table, self.folder / "exports", marked(self.study, name), {**about, **columns})

    def layer(
        self, units: gpd.GeoDataFrame, name: str, title: str, columns: Mapping[str, str]
    ) -> None:
        """Give the user a map layer as GeoPackage, with every column described."""
        from kajian.layers import write_layer

        path = self.folder / "layers" / marked(self.study, f"{name}.gpkg")
        units, columns = self._marked(units, columns)
        write_layer(units, path, marked(self.study, title), columns)

    def figure(self, figure: Figure, name: str) -> None:
        """Save a figure as SVG and PNG and show it in the notebook."""
        from IPython.display import Image, display

        from kajian.figures import save_figure, stamp

        if is_simulated(self.study):
            stamp(figure, SIMULATED)
        paths = save_figure(figure, self.folder / "figures" / marked(self.study, name))
        display(Image(next(p for p in paths if p.suffix == ".png"), width=680))

    def record(
        self,
        key: str,
        value: float | int | str,
        unit: str = "",
        decimals: int = 0,
        *,
        note: str,
        interval: tuple[float, float] | None = None,
        level: float = 0.95,
        tables: Iterable[str] | None = None,
        exploratory: bool = False,
        rows: Mapping[str, str] | None = None,
    ) -> None:
        """Write a result into the ledger of this step, where the brief may quote it.

        Parameters
        ----------
        key
            Dotted name, e.g. ``kemiskinan.akhir``.
        value
            A number, or a word that a rule chose from numbers.
        unit, decimals
            How it is written wherever it is quoted.
        note
            What it is, in Indonesian.
        interval, level
            Interval with its nominal level.
        tables
            Names of the tables it was computed from; all that were read so far when absent.
        exploratory
            Whether an effect is outside the plan of the study.
        rows
            For a result that rests on few rows: which, as a pandas query by table.

        Raises
        ------
        EvidenceError
            When the result is not finite, another cell of this run recorded the same key, or a
            table was not read.
        """
        cell = running_cell(self.root / "notebooks" / f"{self.name}.ipynb")
        before = self.entries.get(key)
        if before and cell and before.cell != cell:
            raise EvidenceError(
                f"Kunci '{key}' sudah dicatat oleh sel {before.cell}. "
                "Perbaikan: pakai nama lain, atau catat di satu sel saja."
            )
        low, high = interval or (None, None)
        names = list(self.used if tables is None else tables)
        if unread := [name for name in names if name not in self.used]:
            raise EvidenceError(
                f"Hasil '{key}' menyebut tabel '{unread[0]}' yang belum dibaca. "
                f"Perbaikan: pilih dari {', '.join(self.used) or '(belum ada)'}."
            )
        self.entries[key] = make_entry(
            key,
            value.item() if hasattr(value, "item") else value,
            unit=unit,
            decimals=decimals,
            note=note,
            low=low,
            high=high,
            level=level if interval else None,
            notebook=self.name,
            cell=cell,
            tables={name: self.used[name] for name in names},
            status=SIMULATED if is_simulated(self.study) else "",
            exploratory=exploratory,
            rows=dict(rows) if rows else None,
        )
        write_ledger(self.entries, self.folder / "ledger.json")

    def grade(
        self, key: str, design: str, *, towards: int, also: Collection[str] = (), **diagnostics: Any
    ) -> None:
        """Grade an effect that was recorded, by the diagnostics that ran.

        Parameters
        ----------
        key
            The effect's key.
        design, towards, **diagnostics
            As `kajian.evidence.grades.grade_effect` takes them.
        also
            Keys of its other estimates, which say no more than it may.

        Raises
        ------
        EvidenceError
            When the result has no interval, a diagnostic of the design did not run, or another
            estimate is none.
        """
        effect = graded(named_entry(key, self.entries), design, towards=towards, **diagnostics)
        bound = other_estimates(effect, also, self.entries, towards=towards)
        self.entries.update({entry.key: entry for entry in [effect, *bound]})
        write_ledger(self.entries, self.folder / "ledger.json")

    def recorder(self, *tables: str) -> Callable[..., None]:
        """`record` for results that were computed from these tables."""
        return functools.partial(self.record, tables=tables)

    def show_ledger(self) -> pd.DataFrame:
        """What this step has recorded so far, as the brief would write it."""
        return ledger_table(self.entries)

    def _marked(self, table: Table, columns: Mapping[str, str]) -> tuple[Table, Mapping[str, str]]:
        """Let every row of a table say that it is simulated, where it is."""
        if not is_simulated(self.study):
            return table, columns
        said = table.assign(status_data=SIMULATED)
        return said, {**columns, "status_data": "Data rumah tangga buatan komputer, bukan asli"}

    def _note(self, hashes: dict[str, str], name: str, digest: str) -> None:
        """Keep the hash of a table, and all of them beside the results."""
        hashes[name] = digest
        write_json(self.folder / PROVENANCE, {"dibaca": self.used, "ditulis": self.saved})

    def find(self, product: str) -> Path:
        """Path of a product of this step or the nearest earlier one that has it."""
        processed = processed_folder(self.root, self.study)
        earlier = [processed / name for name in (*EARLIER[self.name], GATE, TWIN)]
        for folder in (self.folder, *earlier):
            if (folder / product).is_file():
                return folder / product
        raise PipelineError(
            f"'{product}' belum dibuat oleh langkah sebelum {self.name}. "
            f"Perbaikan: jalankan 'kajian run {self.study}' atau notebook pembuatnya dahulu."
        )
