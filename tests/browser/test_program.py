"""Where the browsers are found, and what is written where it is not: the tests fail, they are never skipped."""

from pathlib import Path

import pytest

from scripts import browser

pytestmark = pytest.mark.browser


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without programs; the folder in which they would be."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for kind in (browser.CHROMIUM, browser.FIREFOX):
        monkeypatch.delenv(kind.variable, raising=False)
    return tmp_path


def _program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.usefixtures("bare")
def test_without_apt_get_the_remedy_is_named() -> None:
    with pytest.raises(SystemExit, match=r"apt-get is not there.*CHROMIUM"):
        browser.main()
    with pytest.raises(FileNotFoundError, match="Chromium is not on this machine: install Chromium"):
        browser.executable()


def test_a_refusal_of_apt_get_names_the_remedy(bare: Path) -> None:
    _program(bare / "apt-get", "exit 100")
    with pytest.raises(SystemExit, match=r"apt-get could not install.*root.*CHROMIUM"):
        browser.main()


def test_apt_get_installs_the_browsers_without_a_question(bare: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program = f'"{bare}/$5"; /bin/chmod 755 "{bare}/$5"'
    _program(bare / "apt-get", f'echo "$DEBIAN_FRONTEND $*"; case $1 in install) echo > {program};; esac')
    browser.main()
    printed = capfd.readouterr().out.splitlines()
    assert [line for line in printed if line.startswith("/")] == [str(bare / "chromium"), str(bare / "firefox-esr")]
    for packages in ("chromium fonts-dejavu-core", "firefox-esr"):
        assert f"noninteractive install --quiet=2 --yes --no-install-recommends {packages}" in printed


def test_another_browser_is_named_by_the_environment(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(bare / "chrome", "exit 0")
    monkeypatch.setenv("CHROMIUM", str(bare / "chrome"))
    assert browser.executable() == str(bare / "chrome")
    monkeypatch.setenv("CHROMIUM", "no-such-program")
    with pytest.raises(SystemExit, match="no-such-program is not on this machine"):
        browser.main()
