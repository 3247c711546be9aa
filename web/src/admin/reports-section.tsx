import '../styles/moderation.css';
import type { Person, Report, ReportChange, ReportState } from '@koine/client';
import { useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { fullTime } from '../i18n/time.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { linkToPerson } from '../people/links.ts';
import { nameOf } from '../rooms/names.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { Empty, Spinner } from '../ui/empty.tsx';
import { useAll } from './use-all.ts';

const STATES = ['open', 'resolved', 'dismissed'] as const satisfies ReportState[];

export function ReportsSection() {
  const [state, setState] = useState<ReportState>('open');
  return (
    <section>
      <fieldset class="filters" aria-label={t('reportsShown')}>
        {STATES.map((one) => (
          <button key={one} type="button" class="button" aria-pressed={state === one} onClick={() => setState(one)}>
            {t(`reports_${one}`)}
          </button>
        ))}
      </fieldset>
      <Queue key={state} state={state} />
    </section>
  );
}

function Queue({ state }: { readonly state: ReportState }) {
  const [reports, change] = useAll((cursor) => client.moderation.reports(state, cursor));
  const handle = (report: Report, wanted: ReportChange) =>
    attempt(async () => {
      const now = await client.moderation.changeReport(report.id, wanted);
      change((all) => all.flatMap((one) => (one.id !== report.id ? [one] : now.state === state ? [now] : [])));
    });
  return (
    <>
      {reports === null && <Spinner />}
      {reports?.length === 0 && <Empty icon="check-check" title={t(state === 'open' ? 'noReports' : 'nothingFound')} />}
      <ul class="reports">
        {reports?.map((report) => (
          <li key={report.id}>
            <ReportCard report={report} onHandle={(wanted) => void handle(report, wanted)} />
          </li>
        ))}
      </ul>
    </>
  );
}

type CardProps = { readonly report: Report; readonly onHandle: (wanted: ReportChange) => void };

function ReportCard({ report, onHandle }: CardProps) {
  const { kind, reporter, account, reason, body, texts, createdAt, outcome, note, subject } = report;
  const title =
    kind === 'appeal' ? t('appealOf', { act: t(`sanction_${subject.act ?? 'warning'}`) }) : t(`reported_${kind}`);
  return (
    <article class="report">
      <header>
        <h3>{title}</h3>
        {reason && <span class="tag">{t(`reason_${reason}`)}</span>}
        {outcome && <span class="tag calm">{t(`outcome_${outcome}`)}</span>}
        <time dateTime={createdAt}>{fullTime(createdAt)}</time>
      </header>
      <p class="named">
        {account && <Named label={t('reportAbout')} person={account} />}
        {kind !== 'appeal' && reporter && <Named label={t('reportBy')} person={reporter} />}
      </p>
      {body !== '' && (
        <blockquote class="words" dir="auto">
          {body}
        </blockquote>
      )}
      {texts.length > 0 && (
        <ul class="texts" aria-label={t('reportTexts')}>
          {texts.map((text, index) => (
            <li key={index} class={text.isSubject ? 'subject' : undefined}>
              <strong dir="auto">{nameOf(text.author)}</strong>{' '}
              <span dir="auto">{text.body || t('pictures', { n: text.files })}</span>
            </li>
          ))}
        </ul>
      )}
      {note !== '' && <p class="hint">{note}</p>}
      {report.state === 'open' && <Handling report={report} onHandle={onHandle} />}
    </article>
  );
}

function Named({ label, person }: { readonly label: string; readonly person: Person }) {
  return (
    <span>
      {label}{' '}
      <a {...linkToPerson(person)} dir="auto">
        {nameOf(person)}
      </a>
    </span>
  );
}

function Handling({ report, onHandle }: CardProps) {
  const me = useKoine((state) => state.me);
  const { kind, account, assignee } = report;
  const isMine = assignee?.id === me?.id;
  const isText = kind !== 'account' && kind !== 'appeal';
  return (
    <footer>
      <span class="soft">{assignee && !isMine && t('handledBy', { name: nameOf(assignee) })}</span>
      {me && (
        <button type="button" class="button" onClick={() => onHandle({ assignee: isMine ? null : me.id })}>
          {t(isMine ? 'unassign' : 'takeOn')}
        </button>
      )}
      <button type="button" class="button" onClick={() => onHandle({ state: 'dismissed' })}>
        {t('dismissReport')}
      </button>
      {account && kind !== 'appeal' && (
        <button type="button" class="button" onClick={() => openDialog('person', { person: account })}>
          {t('act')}
        </button>
      )}
      {isText && (
        <button
          type="button"
          class="button danger"
          onClick={() =>
            onHandle({ state: 'resolved', outcome: 'removed', note: t(`reason_${report.reason ?? 'other'}`) })
          }
        >
          {t('removeReported')}
        </button>
      )}
      {kind === 'appeal' && (
        <button type="button" class="button" onClick={() => onHandle({ state: 'resolved', outcome: 'lifted' })}>
          {t('lift')}
        </button>
      )}
      <button
        type="button"
        class="button primary"
        onClick={() => onHandle({ state: 'resolved', outcome: kind === 'appeal' ? 'nothing' : 'sanctioned' })}
      >
        {t(kind === 'appeal' ? 'keepSanction' : 'resolveReport')}
      </button>
    </footer>
  );
}
