import '../styles/picture-head.css';
import type { Registration } from '@koine/client';
import { useState } from 'preact/hooks';
import { ColorField, RegistrationField } from '../admin/community-fields.tsx';
import { COLORS, community } from '../community.ts';
import { t } from '../i18n/i18n.ts';
import { client } from '../koine.ts';
import { href } from '../router.ts';
import { PictureButtons } from '../ui/picture-buttons.tsx';
import { usePreview } from '../ui/use-preview.ts';
import { AccountFields, useNewAccount } from './account-fields.tsx';
import { TextField } from './fields.tsx';
import { Failure, Gate, useSubmit } from './gate.tsx';

/** The beginning of a community, by the link that the server printed when it started. */
export function SetUpScreen() {
  const code = location.hash.slice(1);
  if (code === '' || community.value?.needsSetup === false)
    return (
      <Gate title={t('setupGone')} text={t('setupGoneText')}>
        <a class="button wide" href={href('/sign-in')}>
          {t('signIn')}
        </a>
      </Gate>
    );
  return <SetUpForm code={code} />;
}

function SetUpForm({ code }: { readonly code: string }) {
  const [name, setName] = useState('');
  const [color, setColor] = useState<string>(COLORS[0]);
  const [picture, setPicture] = useState<File | null>(null);
  const [registration, setRegistration] = useState<Registration>('open');
  const preview = usePreview(picture);
  const { account, fields } = useNewAccount();
  const { isBusy, failure, wrong, submit } = useSubmit(async () => {
    const named = { name: name.trim(), color };
    await client.session.setUp({ code, ...account, community: named, registration });
    community.value = picture ? await client.community.setAvatar(picture) : await client.community.read();
  });
  return (
    <Gate title={t('setupTitle')} text={t('setupText')}>
      <form onSubmit={(event) => void submit(event)}>
        <Failure text={failure} />
        <TextField
          id="community-name"
          label={t('communityName')}
          value={name}
          onInput={setName}
          autocomplete="off"
          hint={t('communityNameHint')}
          wrong={wrong.name}
        />
        <fieldset class="field">
          <legend class="label">{t('communityPicture')}</legend>
          <div class="picture-head">
            {picture && preview && (
              <img class="community-logo" src={preview} alt={picture.name} width={48} height={48} />
            )}
            <PictureButtons onPick={setPicture} onRemove={picture && (() => setPicture(null))} />
          </div>
        </fieldset>
        <ColorField value={color} onInput={setColor} />
        {!community.value?.registrationFixed && <RegistrationField value={registration} onInput={setRegistration} />}
        <AccountFields fields={fields} label={t('yourUsername')} hint={t('yourUsernameHint')} wrong={wrong} />
        <button type="submit" class="button primary wide" disabled={isBusy}>
          {t('begin')}
        </button>
      </form>
    </Gate>
  );
}
