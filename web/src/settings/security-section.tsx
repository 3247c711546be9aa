import type { Session } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { PasswordField } from '../gate/fields.tsx';
import { t } from '../i18n/i18n.ts';
import { fullTime } from '../i18n/time.ts';
import { attempt, client } from '../koine.ts';
import { connect } from '../session.ts';
import { Spinner } from '../ui/empty.tsx';
import { Icon } from '../ui/icon.tsx';
import { toast } from '../ui/toasts.tsx';

export function SecuritySection() {
  return (
    <>
      <Password />
      <Sessions />
    </>
  );
}

function Password() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const save = async (event: Event) => {
    event.preventDefault();
    if (!(await attempt(() => client.session.changePassword(next, current)))) return;
    setCurrent('');
    setNext('');
    await connect();
    toast(t('passwordChanged'));
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <h2>{t('changePassword')}</h2>
      <PasswordField
        id="current-password"
        label={t('currentPassword')}
        value={current}
        onInput={setCurrent}
        autocomplete="current-password"
      />
      <PasswordField
        id="new-password"
        label={t('newPassword')}
        value={next}
        onInput={setNext}
        autocomplete="new-password"
      />
      <div>
        <button type="submit" class="button primary" disabled={current === '' || next === ''}>
          {t('changePassword')}
        </button>
      </div>
    </form>
  );
}

function Sessions() {
  const [sessions, setSessions] = useState<readonly Session[] | null>(null);
  useEffect(() => {
    void client.session.list().then(
      ({ items }) => setSessions(items),
      () => setSessions([]),
    );
  }, []);
  const end = async ({ id }: Session) => {
    if (await attempt(() => client.session.end(id))) setSessions((all) => all?.filter((one) => one.id !== id) ?? null);
  };
  return (
    <section>
      <h2>{t('sessions')}</h2>
      <p class="hint">{t('sessionsHint')}</p>
      {sessions === null && <Spinner />}
      <ul class="sessions">
        {sessions?.map((session) => (
          <li key={session.id}>
            <Icon name="monitor" />
            <span class="names">
              <strong>{agentName(session.agent)}</strong>
              <span class="handle">{t('since', { time: fullTime(session.createdAt) })}</span>
            </span>
            {session.current ? (
              <span class="role">{t('thisOne')}</span>
            ) : (
              <button type="button" class="button" onClick={() => void end(session)}>
                {t('endSession')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

const BROWSERS = [/Firefox/, /Edg/, /OPR/, /Chrom(?:e|ium)/, /Safari/] as const;
const SYSTEMS = [/Android/, /iPhone|iPad/, /Windows/, /Mac OS X/, /Linux/] as const;

/** The browser and the system that a `User-Agent` names. */
function agentName(agent: string | undefined): string {
  if (!agent) return t('unknownDevice');
  const found = [BROWSERS, SYSTEMS].map((names) => names.map((name) => name.exec(agent)?.[0]).find(Boolean));
  const words = found.filter((word) => word !== undefined);
  return words.length === 0 ? agent.slice(0, 60) : words.join(', ');
}
