"""The last word on a run: its file as it stands when everything has closed. Pure."""

from __future__ import annotations

from dataclasses import replace

from crawler.runs.evidence import Evidence
from crawler.runs.files import Run
from crawler.runs.findings import Finding
from crawler.runs.verdict import judge_run
from crawler.runs.words import FINISHED, Verdict, next_step


def judged_run(run: Run, evidence: Evidence, finished: str) -> Run:
    """``run`` with the verdict that the evidence makes."""
    left = evidence.finish_reason == FINISHED and run.frontier.get("left")
    # A walk that left requests for the next run proves no absence, however it calls its end.
    judged = judge_run(replace(evidence, finish_reason="budget") if left else evidence)
    return replace(
        run,
        finished=finished,
        finish_reason=evidence.finish_reason,
        verdict=judged.verdict,
        reason=judged.reason,
        next_step=next_step(judged.verdict, run.portal),
        findings=judged.findings,
        documents={**run.documents, "known": evidence.holdings.known},
    )


def unwritten_run(run: Run, error: OSError) -> Run:
    """``run`` where its file could not be written: whatever it found, it has failed. The file
    goes on saying that it did not end."""
    told = f"expected to write the run file, found {error}; free space"
    finding = Finding("run_file_unwritten", Verdict.FAILED, told)
    return replace(
        run,
        verdict=finding.verdict,
        reason=finding.reason,
        next_step=next_step(finding.verdict, run.portal),
        findings=(finding, *run.findings),
    )
