"""Has a clamd look for viruses. The worker passes the bytes on and parses nothing, so this needs no sandbox."""

from service.jobs.model import Job
from service.media.model import ScanResult
from worker.job.errors import JobFailed, LeaseLost, TryAgain
from worker.job.job_tools import JobTools
from worker.kinds.clamd import ScannerSilent, TooLargeToScan, scan_file


def run(_job: Job, tools: JobTools) -> ScanResult:
    try:
        threat = scan_file(tools.settings.scanner_url, tools.original, lambda: tools.active.is_alive)
    except TooLargeToScan as error:
        raise JobFailed("unscannable", "the file is larger than the scanner takes (StreamMaxLength)") from error
    except ScannerSilent as error:
        if not tools.active.is_alive:
            raise LeaseLost from error
        raise TryAgain("unscannable", str(error)) from error
    return ScanResult(threat=threat)
