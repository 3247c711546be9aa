/** The jobs that one node of a machine runs for the installation. */
import type { Logger } from 'pino';
import type { Core } from '../core/core.ts';
import type { OnClose } from './installation.ts';

/** Interval of the job that deletes expired rows, in ms. */
const PRUNE_INTERVAL = 3_600_000;
/** Interval of the job that deletes files of abandoned uploads, in ms. */
const SWEEP_INTERVAL = 3_600_000;

/** They end with the server. A failed job is logged, and tried again with its next run. */
export function startScheduledJobs(core: Core, logger: Logger, onClose: OnClose): void {
  let closing = false;
  const warn = (text: string) => (err: unknown) => {
    if (!closing) logger.warn({ err }, text);
  };
  const prune = () => void core.prune().catch(warn('expired rows were not deleted; the next attempt is in an hour'));
  const sweep = () =>
    void Promise.all([core.media.sweep(), core.uploads.sweep()]).catch(
      warn('the sweep of abandoned files failed; the next attempt is in an hour'),
    );
  const resume = () =>
    void core.moderation
      .resumeCleanups()
      .catch(warn('a cleanup of a moderator did not go on; the next attempt is in an hour'));
  sweep();
  resume();
  const timers = [setInterval(prune, PRUNE_INTERVAL).unref(), setInterval(sweep, SWEEP_INTERVAL).unref()];
  onClose(() => {
    closing = true;
    for (const timer of timers) clearInterval(timer);
  });
}
