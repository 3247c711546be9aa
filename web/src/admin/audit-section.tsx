import '../styles/moderation.css';
import type { AuditEntry } from '@koine/client';
import { t } from '../i18n/i18n.ts';
import { fullTime } from '../i18n/time.ts';
import { client } from '../koine.ts';
import { nameOf } from '../rooms/names.ts';
import { Empty, Spinner } from '../ui/empty.tsx';
import { EndOfList } from '../ui/end-of-list.tsx';
import { Icon } from '../ui/icon.tsx';
import { usePages } from '../use-pages.ts';

/** Acts of moderators and admins, the newest first. */
export function AuditSection() {
  const { items: entries, hasMore, failure, more } = usePages(client.moderation.audit);
  return (
    <section>
      <p class="hint">{t('auditHint')}</p>
      <div>
        <a class="button" href="/v1/audit/export" download="audit.ndjson">
          <Icon name="download" class="small" />
          {t('auditExport')}
        </a>
      </div>
      {failure && <Empty icon="circle-alert" title={failure} />}
      {entries === null && !failure && <Spinner />}
      {entries?.length === 0 && <Empty icon="shield" title={t('noActs')} />}
      <ul class="sessions acts">
        {entries?.map((entry) => (
          <li key={entry.id}>
            <Act entry={entry} />
          </li>
        ))}
      </ul>
      <EndOfList hasMore={hasMore} onReach={more} />
    </section>
  );
}

function Act({ entry }: { readonly entry: AuditEntry }) {
  const { action, actor, byOperator, account, subject, reason, before, after, createdAt } = entry;
  const by = byOperator ? t('operator') : actor ? nameOf(actor) : t('someone');
  const about = [account && nameOf(account), subject].filter(Boolean).join(' · ');
  return (
    <span class="names">
      <span>
        <strong dir="auto">{by}</strong> <code>{action}</code> <span dir="auto">{about}</span>
      </span>
      <span class="handle">
        {fullTime(createdAt)}
        {(before || after) && ` · ${textOf(before)} → ${textOf(after)}`}
      </span>
      {reason !== '' && <p dir="auto">{reason}</p>}
    </span>
  );
}

function textOf(values: AuditEntry['before']): string {
  return Object.entries(values ?? {})
    .map(([name, value]) => `${name} ${value ?? '–'}`)
    .join(', ');
}
