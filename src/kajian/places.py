"""Where the things of a study are, and the names of its steps."""

from __future__ import annotations

from pathlib import Path

from kajian.errors import PipelineError

ROOT_MARK = "studies"
STEPS = ("01_data", "02_mapping", "03_causal", "04_evaluation", "05_policy_brief")
BRIEF = STEPS[-1]
# What comes before the notebooks when a study has household data.
TWIN, GATE = "kembaran", "gerbang"
SIMULATED = "SIMULASI"
FAILED = ".gagal.ipynb"
# Whose tables, figures and results a step may use.
EARLIER = {
    "01_data": (),
    "02_mapping": ("01_data",),
    "03_causal": ("01_data",),
    "04_evaluation": ("01_data",),
    BRIEF: STEPS[:-1],
}


def project_root(start: Path | None = None) -> Path:
    """Find the project: the nearest folder upwards that holds ``studies``.

    Raises
    ------
    PipelineError
        When there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / ROOT_MARK).is_dir():
            return folder
    raise PipelineError(
        f"Folder proyek tidak ditemukan dari {here}. "
        "Perbaikan: jalankan dari dalam folder proyek (yang berisi folder 'studies')."
    )


def study_file(root: Path, code: str) -> Path:
    """Path of the file that holds a study: its own, or that of its collection."""
    return root / "studies" / f"{code.partition('/')[0]}.toml"


def plan_file(root: Path, code: str) -> Path:
    """Path of the plan that a study wrote before its outcomes were read."""
    return root / "studies" / "rencana" / f"{code}.json"


def is_simulated(code: str) -> bool:
    """Whether a study's household data are simulated: its code says so, and only then."""
    return SIMULATED.lower() in code


def marked(code: str, name: str) -> str:
    """File name that says so wherever it goes when a study's data are simulated."""
    return f"{SIMULATED}-{name}" if is_simulated(code) else name


def raw_folder(root: Path) -> Path:
    """Folder that holds one sub-folder per source of raw tables."""
    return root / "data" / "raw"


def processed_folder(root: Path, code: str) -> Path:
    """Folder that holds one sub-folder per step of a study."""
    return root / "data" / "processed" / code


def report_folder(root: Path, code: str) -> Path:
    """Folder of a study's finished report."""
    return root / "reports" / code


def aside_folder(root: Path, code: str) -> Path:
    """Where a report waits that is older than its data."""
    final = report_folder(root, code)
    return final.with_name(f"{final.name}.usang")


def page_file(root: Path, code: str, step: str) -> Path:
    """HTML page of an executed notebook, before it is part of the report."""
    return processed_folder(root, code) / "halaman" / marked(code, f"{step}.html")


def pdf_file(root: Path, code: str) -> Path:
    """The policy brief, before it is part of the report."""
    return processed_folder(root, code) / "ringkasan" / marked(code, "policy-brief.pdf")
