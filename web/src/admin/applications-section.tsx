import type { Application } from '@koine/client';
import { t } from '../i18n/i18n.ts';
import { fullTime } from '../i18n/time.ts';
import { attempt, client } from '../koine.ts';
import { Empty, Spinner } from '../ui/empty.tsx';
import { useAll } from './use-all.ts';

export function ApplicationsSection() {
  const [applications, change] = useAll(client.community.applications);
  const answer = (application: Application, say: (id: string) => Promise<unknown>) =>
    attempt(async () => {
      await say(application.id);
      change((all) => all.filter(({ id }) => id !== application.id));
    });
  return (
    <section>
      <p class="hint">{t('applicationsHint')}</p>
      {applications === null && <Spinner />}
      {applications?.length === 0 && <Empty icon="user-check" title={t('noApplications')} />}
      <ul class="sessions applications">
        {applications?.map((application) => (
          <li key={application.id}>
            <span class="names">
              <strong dir="auto">@{application.username}</strong>
              <span class="handle">{fullTime(application.createdAt)}</span>
              {application.body !== '' && <p dir="auto">{application.body}</p>}
            </span>
            <button type="button" class="button" onClick={() => void answer(application, client.community.refuse)}>
              {t('refuse')}
            </button>
            <button
              type="button"
              class="button primary"
              onClick={() => void answer(application, client.community.approve)}
            >
              {t('approve')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
