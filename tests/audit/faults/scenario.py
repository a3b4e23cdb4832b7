"""Plays one fault against real processes and prints what came of it as JSON; run by ``test_faults`` in a process.

It works on a database of its own (``DATABASE_URL``), empty and migrated, in the folder ``OPENBOOK_VAR``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

import django

django.setup()

from django.db import transaction  # noqa: E402 - Django has to be set up first
from django.utils import timezone  # noqa: E402 - as above

from audit.models import Assessment, Finding, ReassessmentRun, Report, RunChunk, Standing, WorkState  # noqa: E402 - as above
from audit.services.assessing import request_assessment  # noqa: E402 - as above
from audit.services.reporting import request_report  # noqa: E402 - as above
from audit.services.sending import ASSESS_SYSTEM, REASSESS_DUE, send  # noqa: E402 - as above
from audit.tasks import sweep_work  # noqa: E402 - as above
from tests.audit.faults.installation import Processes, wait_for  # noqa: E402 - as above
from tests.audit.scenes import make_system, make_vendor_chatbot  # noqa: E402 - as above

TIME_OF_A_TASK: Final = 15
"""Seconds that a task gets where one hangs: many times what the work takes, the first time and on a busy machine."""


def let_leases_run_out() -> None:
    """As if half a minute had passed; one scene waits in earnest."""
    past = timezone.now() - timedelta(seconds=1)
    for model in (Standing, Report, RunChunk):
        model.objects.exclude(lease_until=None).update(lease_until=past)


def is_assessed(system_id: int) -> bool:
    return Standing.objects.filter(system_id=system_id, state=WorkState.DONE, is_dirty=False).exists()


def request(system_id: int) -> None:
    with transaction.atomic():
        request_assessment(system_ids=[system_id], requested_by="scenario")


def assert_once(system_id: int) -> None:
    assert Assessment.objects.filter(system_id=system_id).count() == 1
    assert set(Finding.objects.filter(system_id=system_id).values_list("times_opened", flat=True)) == {1}


def kill_child(processes: Processes) -> dict[str, object]:
    """A worker's child dies in the middle; the rows bring the work back in real time."""
    system = make_vendor_chatbot()[0]
    processes.start_worker()
    processes.stall()
    request(system.id)
    os.kill(processes.wait_until_stalled(), signal.SIGKILL)
    processes.go_on()
    assert not Assessment.objects.exists()
    sweeps = {"next": 0.0}

    def sweep_every_30_seconds() -> bool:
        now = timezone.now().timestamp()
        if now >= sweeps["next"]:
            sweep_work()
            sweeps["next"] = now + 30
        return is_assessed(system.id)

    seconds = wait_for("the assessment", sweep_every_30_seconds)
    assert_once(system.id)
    assert seconds < 65, seconds  # lease of 30 s, a sweep each 30 s, and the work itself
    return {"seconds_until_done": round(seconds, 1)}


def kill_worker(processes: Processes) -> dict[str, object]:
    """The whole worker dies in the middle, and another one takes over."""
    system = make_vendor_chatbot()[0]
    processes.start_worker()
    processes.stall()
    request(system.id)
    processes.wait_until_stalled()
    processes.kill("worker")
    processes.go_on()
    let_leases_run_out()
    processes.start_worker()
    sweep_work()
    wait_for("the assessment", lambda: is_assessed(system.id))
    assert_once(system.id)
    assert Standing.objects.get(system=system).attempts == 0
    return {}


def kill_broker(processes: Processes) -> dict[str, object]:
    """The broker is down while somebody asks; the request succeeds and is sent once the broker is back."""
    system = make_vendor_chatbot()[0]
    processes.start_worker()
    processes.kill("broker")
    request(system.id)
    assert Standing.objects.get(system=system).state == WorkState.QUEUED
    processes.start_broker()
    let_leases_run_out()
    sweep_work()

    def is_assessed_in_the_end() -> bool:
        processes.start_ended_worker()
        return is_assessed(system.id)

    wait_for("the assessment", is_assessed_in_the_end)
    assert_once(system.id)
    return {}


def deliver_many_times(processes: Processes) -> dict[str, object]:
    """The same message arrives ten times at two processes; one assessment comes of it."""
    system = make_vendor_chatbot()[0]
    processes.start_worker(processes=2)
    request(system.id)
    send(ASSESS_SYSTEM, [system.id] * 10)
    wait_for("the assessment", lambda: is_assessed(system.id))
    last = make_system()
    request(last.id)
    wait_for("the message after them", lambda: is_assessed(last.id))
    assert_once(system.id)
    return {}


def kill_run(processes: Processes) -> dict[str, object]:
    """A run over many systems dies in the middle; it ends by itself, with each system assessed once."""
    systems = [make_system() for _ in range(12)]
    processes.start_worker()
    processes.stall()
    send(REASSESS_DUE, [None])
    processes.wait_until_stalled()
    processes.kill("worker")
    processes.go_on()
    let_leases_run_out()
    processes.start_worker()
    sweep_work()
    runs = ReassessmentRun.objects.exclude(systems_due=0)  # a message that came again may start one in vain
    wait_for("the run", lambda: runs.filter(state=WorkState.DONE).exists())
    run = runs.get()
    assert (run.systems_done, run.systems_failed) == (12, 0)
    for system in systems:
        assert_once(system.id)
    return {}


def kill_renderer(processes: Processes) -> dict[str, object]:
    """A report's worker dies after the file was made and before it was stored; one file and one row come of it."""
    system = make_vendor_chatbot()[0]
    processes.start_worker()
    processes.stall()
    with transaction.atomic():
        (processes.folder / "stall").unlink()
        report = request_report(system_id=system.id, status="final", requested_by="scenario")
        (processes.folder / "stall").touch()
    processes.wait_until_stalled()
    processes.kill("worker")
    processes.go_on()
    let_leases_run_out()
    processes.start_worker()
    sweep_work()
    wait_for("the report", lambda: Report.objects.filter(pk=report.pk, state=WorkState.DONE).exists())
    made = Report.objects.get()
    files = list((processes.folder / "files").rglob("*.pdf"))
    assert len(files) == 1
    assert made.sha256
    again = request_report(system_id=system.id, status="final", requested_by="scenario")
    assert again.pk == made.pk
    return {"pages": made.pages}


def hang(processes: Processes) -> dict[str, object]:
    """A task hangs until its time is over: the row says so, and the worker goes on with the next one."""
    system = make_vendor_chatbot()[0]
    processes.start_worker(soft_seconds=TIME_OF_A_TASK, hard_seconds=600)
    processes.stall()
    request(system.id)
    processes.wait_until_stalled()
    wait_for("the end of its time", lambda: Standing.objects.filter(system=system, state=WorkState.FAILED).exists())
    said = Standing.objects.get(system=system).error
    assert "took longer" in said, said
    processes.go_on()
    request(system.id)
    wait_for("the assessment", lambda: is_assessed(system.id))
    assert_once(system.id)
    return {"said": said}


def hang_beyond_reason(processes: Processes) -> dict[str, object]:
    """A task does not even hear that its time is over: its process is ended, and another one takes the row over."""
    system = make_vendor_chatbot()[0]
    processes.start_worker(soft_seconds=None, hard_seconds=TIME_OF_A_TASK)
    processes.stall()
    request(system.id)
    process = processes.wait_until_stalled()
    wait_for("the end of the process", lambda: not Path(f"/proc/{process}").exists())
    processes.go_on()
    let_leases_run_out()
    sweep_work()
    wait_for("the assessment", lambda: is_assessed(system.id))
    assert_once(system.id)
    return {}


def fill_the_disk(processes: Processes) -> dict[str, object]:
    """There is no room for the report's file: the row says why, nothing half-written stays, and it can be retried."""
    files = processes.folder / "files"
    system = make_vendor_chatbot()[0]
    (processes.folder / "full").touch()
    processes.start_worker()
    with transaction.atomic():
        report = request_report(system_id=system.id, status="draft", requested_by="scenario")
    wait_for("the failure", lambda: Report.objects.filter(pk=report.pk, state=WorkState.FAILED).exists())
    failed = Report.objects.get()
    assert "could not be made" in failed.error, failed.error
    assert list(files.rglob("*.pdf")) == []
    (processes.folder / "full").unlink()
    with transaction.atomic():
        again = request_report(system_id=system.id, status="draft", requested_by="scenario")
    assert again.pk == report.pk
    wait_for("the report", lambda: Report.objects.filter(pk=report.pk, state=WorkState.DONE).exists())
    return {"said": failed.error}


def break_a_rule_file(processes: Processes) -> dict[str, object]:
    """Rules are broken while they are exchanged: what is asked for waits, and is done once they are whole again."""
    system = make_vendor_chatbot()[0]
    rule = next((processes.copy_product() / "audit/rulepacks/eu_ai_act/obligations").glob("art_9*.yaml"))
    whole = rule.read_text()
    rule.write_text(whole[: len(whole) // 2])
    processes.start_worker()
    request(system.id)
    wait_for("the first attempt", lambda: Standing.objects.filter(system=system).exclude(error="").exists())
    waiting = Standing.objects.get(system=system)
    assert waiting.state == WorkState.QUEUED, waiting.state
    assert rule.name in waiting.error, waiting.error
    assert not Assessment.objects.exists()
    rule.write_text(whole)
    let_leases_run_out()
    sweep_work()
    wait_for("the assessment", lambda: is_assessed(system.id))
    assert_once(system.id)
    assert Standing.objects.get(system=system).error == ""
    return {"said": waiting.error[:300]}


SCENES: dict[str, Callable[[Processes], dict[str, object]]] = {
    scene.__name__: scene
    for scene in (
        *(kill_child, kill_worker, kill_broker, deliver_many_times, kill_run, kill_renderer),
        *(hang, hang_beyond_reason, fill_the_disk, break_a_rule_file),
    )
}


def main() -> None:
    processes = Processes(Path(os.environ["OPENBOOK_VAR"]))
    try:
        processes.start_broker()
        outcome = SCENES[sys.argv[1]](processes)
        print(json.dumps(outcome))  # noqa: T201 - this is how the test hears of it
    finally:
        processes.end()


if __name__ == "__main__":
    main()
