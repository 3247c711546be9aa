import type { SecondFactor as State } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { TextField } from '../../gate/fields.tsx';
import { t } from '../../i18n/i18n.ts';
import { fullTime } from '../../i18n/time.ts';
import { attempt, client } from '../../koine.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { QrCode } from './qr-code.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { useConfirmed } from './use-confirmed.tsx';

type Prepared = Awaited<ReturnType<typeof client.credentials.prepareSecondFactor>>;

export function SecondFactor() {
  const [state, setState] = useState<State | null>(null);
  const [prepared, setPrepared] = useState<Prepared | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [confirmed, dialog] = useConfirmed();
  const read = async () => setState(await client.credentials.secondFactor());
  useEffect(() => void attempt(read), []);
  const show = async (made: readonly string[]) => {
    setCodes(made);
    await read();
  };
  const prepare = () => confirmed(async () => setPrepared(await client.credentials.prepareSecondFactor()));
  const renew = () => confirmed(async () => show(await client.credentials.renewRecoveryCodes()));
  const turnOff = () =>
    confirmed(async () => {
      await client.credentials.turnOffSecondFactor();
      await read();
    });
  return (
    <section>
      <h2>{t('secondFactor')}</h2>
      <p class="hint">{t('secondFactorHint')}</p>
      {state?.since && (
        <p>
          {t('onSince', { time: fullTime(state.since) })} {t('recoveryCodesLeft', { n: state.recoveryCodes })}
        </p>
      )}
      <div class="buttons">
        {state?.since ? (
          <>
            <button type="button" class="button" onClick={() => void renew()}>
              {t('newRecoveryCodes')}
            </button>
            <button type="button" class="button danger" onClick={() => void turnOff()}>
              {t('turnOff')}
            </button>
          </>
        ) : (
          <button type="button" class="button" disabled={state === null} onClick={() => void prepare()}>
            {t('turnOn')}
          </button>
        )}
      </div>
      {prepared && (
        <SetUpDialog
          prepared={prepared}
          onClose={() => setPrepared(null)}
          onDone={(made) => {
            setPrepared(null);
            void show(made);
          }}
        />
      )}
      {codes && <SecretDialog title={t('recoveryCodes')} secrets={codes} onClose={() => setCodes(null)} />}
      {dialog}
    </section>
  );
}

type SetUpProps = {
  readonly prepared: Prepared;
  readonly onClose: () => void;
  readonly onDone: (recoveryCodes: readonly string[]) => void;
};

function SetUpDialog({ prepared: { secret, uri }, onClose, onDone }: SetUpProps) {
  const [code, setCode] = useState('');
  const turnOn = async (event: Event) => {
    event.preventDefault();
    await attempt(async () => onDone(await client.credentials.turnOnSecondFactor(code)));
  };
  return (
    <Dialog title={t('secondFactor')} onClose={onClose}>
      <form class="body" onSubmit={(event) => void turnOn(event)}>
        <p>{t('scanCode')}</p>
        <QrCode text={uri} label={t('qrCode')} />
        <p class="hint">
          {t('typeSecret')} <code class="typed">{secret.match(/.{1,4}/g)?.join(' ')}</code>
        </p>
        <TextField id="first-code" label={t('code')} value={code} onInput={setCode} autocomplete="one-time-code" />
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" class="button primary" disabled={code === ''}>
            {t('turnOn')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
