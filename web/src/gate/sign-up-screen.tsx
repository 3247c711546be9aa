import type { Community } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { community, communityName } from '../community.ts';
import { t } from '../i18n/i18n.ts';
import { client } from '../koine.ts';
import { nameOf } from '../rooms/names.ts';
import { href } from '../router.ts';
import { useServer } from '../server.ts';
import { Icon } from '../ui/icon.tsx';
import { AccountFields, useNewAccount } from './account-fields.tsx';
import { TextField } from './fields.tsx';
import { Failure, Gate, useSubmit } from './gate.tsx';

/** Signing up as the community lets people join. `invite`: the code of an invitation. */
export function SignUpScreen({ invite }: { readonly invite?: string }) {
  const shown = useCommunity(invite);
  const registration = shown?.registration ?? 'open';
  const isInvited = shown?.invitation !== undefined;
  if (registration === 'closed') return <NoWayIn title={t('registrationClosed')} text={t('registrationClosedText')} />;
  if (registration === 'invite' && !isInvited)
    return (
      <NoWayIn
        title={t(invite === undefined ? 'inviteNeeded' : 'inviteGone')}
        text={t(invite === undefined ? 'inviteNeededText' : 'inviteGoneText')}
      />
    );
  return (
    <SignUpForm
      applies={registration === 'approval' && !isInvited}
      invite={isInvited ? invite : undefined}
      shown={shown}
    />
  );
}

/** The community's words to the holder of the invitation. */
function useCommunity(invite: string | undefined): Community | null {
  const [shown, setShown] = useState<Community | null>(null);
  useEffect(() => {
    void client.community.read(invite).then(
      (read) => {
        setShown(read);
        const { invitation: _, ...everybodys } = read;
        community.value = everybodys;
      },
      () => {},
    );
  }, [invite]);
  return shown ?? (invite === undefined ? community.value : null);
}

type FormProps = {
  readonly applies: boolean;
  readonly invite: string | undefined;
  readonly shown: Community | null;
};

function SignUpForm({ applies, invite, shown }: FormProps) {
  const { account: begun, fields } = useNewAccount();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const hasMail = useServer()?.mail ?? false;
  const [application, setApplication] = useState('');
  const account = {
    ...begun,
    ...(name.trim() !== '' && { name: name.trim() }),
    ...(email.trim() !== '' && { email: email.trim() }),
    ...(invite !== undefined && { invite }),
    ...(applies && application.trim() !== '' && { application: application.trim() }),
  };
  const { isBusy, failure, code, wrong, submit } = useSubmit(() => client.session.signUp(account));
  if (code === 'awaiting_approval')
    return (
      <Gate title={t('applied')} text={t('appliedText', { name: `@${account.username}` })}>
        <a class="button wide" href={href('/sign-in')}>
          {t('signIn')}
        </a>
      </Gate>
    );
  const by = shown?.invitation?.by;
  const text = by ? t('invitedBy', { name: nameOf(by), community: communityName() }) : t('signUpText');
  return (
    <Gate title={t('signUp')} text={text}>
      <form onSubmit={(event) => void submit(event)}>
        <Failure text={failure} />
        {applies && (
          <p class="notice calm">
            <Icon name="info" />
            {t('approvalText')}
          </p>
        )}
        <AccountFields fields={fields} label={t('username')} hint={t('usernameHint')} wrong={wrong}>
          <TextField
            id="name"
            label={t('nameOptional')}
            value={name}
            onInput={setName}
            autocomplete="name"
            required={false}
            wrong={wrong.name}
          />
          {hasMail && (
            <TextField
              id="email"
              label={t('emailOptional')}
              value={email}
              onInput={setEmail}
              autocomplete="email"
              hint={t('emailHint')}
              required={false}
              wrong={wrong.email}
            />
          )}
        </AccountFields>
        {applies && <ApplicationField value={application} onInput={setApplication} />}
        {shown?.rules && <Rules text={shown.rules} />}
        <button type="submit" class="button primary wide" disabled={isBusy}>
          {t(applies ? 'apply' : 'signUp')}
        </button>
      </form>
      <p>
        {t('haveAccountQuestion')} <a href={href('/sign-in')}>{t('signIn')}</a>
      </p>
    </Gate>
  );
}

function ApplicationField({ value, onInput }: { readonly value: string; readonly onInput: (text: string) => void }) {
  return (
    <div class="field">
      <label for="application">{t('application')}</label>
      <textarea
        id="application"
        class="input"
        rows={3}
        maxLength={1000}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  );
}

function Rules({ text }: { readonly text: string }) {
  return (
    <details class="rules">
      <summary>{t('rules')}</summary>
      <p>{text}</p>
    </details>
  );
}

function NoWayIn({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <Gate title={title} text={text}>
      <p>
        {t('haveAccountQuestion')} <a href={href('/sign-in')}>{t('signIn')}</a>
      </p>
    </Gate>
  );
}
