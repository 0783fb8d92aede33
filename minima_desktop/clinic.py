"""The claims clinic in the window: runs what texts say, shows what came out, opens it, keeps it as a card."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog

from minima_core.document import Document
from minima_desktop.analyst import Analyst, Desk
from minima_desktop.aside import Aside
from minima_desktop.files import FileError, png_bytes, write_whole
from minima_desktop.hub import Hub
from minima_desktop.learner import Learner

if TYPE_CHECKING:
    from minima_core.claims import Finding
    from minima_widgets.panels.clinic_panel import ClinicPanel, Job
    from minima_widgets.panels.learn_values import Entry

ROLES = {"wrong": "error", "half true": "warning", "depends": "warning", "not shown": "warning"}
"""The role of the colour of a judgement; what is true is good."""
CARD_SIZE = (1920, 1080)
RUNNING = "Running the experiment…"


class Clinic(QObject):
    """The doctor in the window. Signal: ``return_wanted()``, for what was open before."""

    return_wanted = Signal()

    def __init__(
        self,
        hub: Hub,
        open_document: Callable[[Document], None],
        aside: Aside,
        learner: Learner,
        analyst: Analyst,
    ) -> None:
        super().__init__(hub.deck)
        self._hub, self._open, self._aside = hub, open_document, aside
        self._learner, self._analyst = learner, analyst
        self._findings: dict[str, Finding] = {}
        self._problems: dict[str, str] = {}
        self._at: str | None = None
        self._running: tuple[str, int] | None = None
        self._count = 0
        hub.deck.clinic_room.made.connect(self._connect)

    def _connect(self, panel: ClinicPanel) -> None:
        panel.claim_chosen.connect(self.choose)
        panel.asked.connect(self._asked)
        panel.repair_wanted.connect(self._open_repair)
        panel.return_wanted.connect(self.return_wanted)
        self.show()

    # -- what is shown -------------------------------------------------------------------------------------

    def entry(self, key: str) -> Entry:
        """The clinic as the last of the lessons."""
        from minima_core import claims
        from minima_widgets.panels.learn_values import Entry

        names, judged = claims.claim_names(), self._learner.judged()
        ran = sum(name in judged for name in names)
        mark: Any = "done" if ran == len(names) else "under way" if ran else "new"
        sentence = "Run what texts for learners say about minima, and see what comes out."
        return Entry(key, "The claims clinic", sentence, f"{ran} of {len(names)}" if ran else "", mark)

    def show(self) -> None:
        """Brings the panel up to date, if it is there."""
        if not self._hub.deck.clinic_room.is_made:
            return
        panel = self._hub.deck.clinic
        panel.kept.set_kept(self._aside.title)
        if self._at is None:
            panel.show_list(self._entries())
        else:
            self._show_claim(panel, self._at)

    def _entries(self) -> tuple[Entry, ...]:
        from minima_core import claims
        from minima_widgets.panels.clinic_panel import Entry

        titles = {theme.name: theme.title for theme in claims.themes()}
        judged = self._learner.judged()
        entries = []
        for name in claims.claim_names():
            claim = claims.claim(name)
            at_work = self._running is not None and self._running[0] == name
            mark: Any = "under way" if at_work else "done" if name in judged else "new"
            note = judged.get(name, "")
            entries.append(
                Entry(name, claim.title, f"“{claim.said}”", note, mark, titles.get(claim.theme, claim.theme))
            )
        return tuple(entries)

    def _show_claim(self, panel: ClinicPanel, name: str) -> None:
        from minima_core import claims
        from minima_widgets.panels.clinic_panel import ClaimState, Outcome

        claim, names = claims.claim(name), claims.claim_names()
        finding = self._findings.get(name)
        outcome = None
        if finding is not None:
            outcome = Outcome(
                finding.judgement,
                ROLES.get(finding.judgement, "good"),
                finding.found,
                claim.truth,
                finding.ran,
                tuple(each.sentence for each in finding.offers),
            )
        panel.show_claim(
            ClaimState(
                claim.title,
                claim.said,
                claim.idea,
                names.index(name),
                len(names),
                self._job(name),
                outcome,
                claim.sources,
            )
        )

    def _job(self, name: str) -> Job:
        from minima_widgets.panels.clinic_panel import Job

        if self._running is not None and self._running[0] == name:
            return Job(RUNNING, self._analyst.share("claim"))
        return Job(problem=self._problems.get(name, ""))

    # -- what a person does --------------------------------------------------------------------------------

    def choose(self, name: str) -> None:
        """Shows a claim."""
        self._at = name
        self._turn()

    def _turn(self) -> None:
        panel = self._hub.deck.clinic
        holder = panel.focusWidget()
        held = holder is not None and holder.hasFocus()
        self.show()
        if held:
            panel.take_keyboard()

    def _asked(self, act: str) -> None:
        acts: dict[str, Callable[[], None]] = {
            "run": self.run,
            "stop": self.stop,
            "open": self.open_on_map,
            "save": self._ask_for_file,
            "leave": self.leave,
            "back": lambda: self._go(-1),
            "next": lambda: self._go(1),
        }
        acts[act]()

    def _go(self, by: int) -> None:
        from minima_core import claims

        names = claims.claim_names()
        at = names.index(self._at) + by if self._at in names else 0
        if 0 <= at < len(names):
            self.choose(names[at])

    def leave(self) -> None:
        """Goes back to the list; what is being run goes on."""
        self._at = None
        self._turn()

    def run(self) -> None:
        """Runs the experiment of the claim that is shown."""
        name = self._at
        if name is None:
            return

        def work(desk: Desk) -> list[Finding]:
            from minima_core import claims

            return [claims.check(name, desk.cancelled, desk.report)]

        self._count += 1
        self._running = (name, self._count)
        self._problems.pop(name, None)
        self._analyst.ask("claim", self._running, work)
        self.show()

    def stop(self) -> None:
        """Stops what is being run."""
        self._analyst.drop("claim")
        self._running = None
        self.show()

    def look(self) -> None:
        """Takes over what has come out; called whenever words may change."""
        if self._running is None:
            return
        answer = self._analyst.answer("claim")
        if answer is not None and answer.key == self._running and answer.final:
            name, self._running = self._running[0], None
            if answer.failure:
                self._problems[name] = answer.failure
            else:
                self._findings[name] = answer.value
                self._learner.keep_judged(name, answer.value.judgement)
        if self._hub.deck.workspace.is_shown("clinic"):
            self.show()

    def finding(self) -> Finding | None:
        """What came out of the claim that is shown; None before it was run."""
        return None if self._at is None else self._findings.get(self._at)

    def open_on_map(self) -> None:
        """Opens what shows it in the window; what was there is set aside."""
        finding = self.finding()
        if finding is not None:
            self._put_on_map(finding.document)

    def _open_repair(self, k: int) -> None:
        finding = self.finding()
        if finding is not None and k < len(finding.offers):
            self._put_on_map(finding.offers[k].document)

    def _put_on_map(self, document: Document) -> None:
        self._aside.keep()
        self._open(document)
        self.show()

    # -- the card ------------------------------------------------------------------------------------------

    def _ask_for_file(self) -> None:
        hub = self._hub
        folder = hub.preferences.values("picture/folder").get("path", "")
        known = isinstance(folder, str) and Path(folder).is_dir()
        name = str(Path(folder if known else "") / f"{self._at}.png")
        dialog = QFileDialog(hub.deck, "Save the card of this claim", name, "Pictures (*.png)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.selectFile(f"{self._at}.png")
        dialog.fileSelected.connect(lambda path: self.save_card(Path(path)))
        dialog.open()

    def save_card(self, path: Path) -> None:
        """Writes the card of what came out as a picture, which carries what it shows on the map."""
        from minima_core import claims
        from minima_widgets.paint.page import render_page

        finding, hub = self.finding(), self._hub
        if finding is None:
            return
        try:
            image = render_page(claims.card(finding), *CARD_SIZE)
            write_whole(path, png_bytes(image, finding.document), overwrite=True)
        except (FileError, ValueError) as error:
            hub.refuse(str(error))
            return
        hub.deck.toast.say(f"Saved as {path.name}, {CARD_SIZE[0]} × {CARD_SIZE[1]}.")
