import '../styles/picture-head.css';
import type { Community, CommunityChange } from '@koine/client';
import { useState } from 'preact/hooks';
import { COLORS, community } from '../community.ts';
import { t } from '../i18n/i18n.ts';
import { attempt, client } from '../koine.ts';
import { CommunityLogo } from '../ui/community-logo.tsx';
import { Spinner } from '../ui/empty.tsx';
import { PictureButtons } from '../ui/picture-buttons.tsx';
import { toast } from '../ui/toasts.tsx';
import { ColorField, RegistrationField } from './community-fields.tsx';

export function CommunitySection() {
  const known = community.value;
  return known === null ? <Spinner /> : <CommunityForm known={known} />;
}

function CommunityForm({ known }: { readonly known: Community }) {
  const [name, setName] = useState(known.name);
  const [color, setColor] = useState<string>(known.color ?? COLORS[0]);
  const [rules, setRules] = useState(known.rules ?? '');
  const [registration, setRegistration] = useState(known.registration);
  const change: CommunityChange = {
    ...{ name: name.trim(), color, rules: rules.trim() || null },
    ...(!known.registrationFixed && { registration }),
  };
  const save = async (event: Event) => {
    event.preventDefault();
    const saved = await attempt(async () => {
      community.value = await client.community.change(change);
    });
    if (saved) toast(t('saved'));
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <PictureField known={known} />
      <div class="field">
        <label for="community-name">{t('communityName')}</label>
        <input
          id="community-name"
          class="input"
          required
          maxLength={64}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </div>
      <ColorField value={color} onInput={setColor} />
      <RegistrationField value={registration} onInput={setRegistration} disabled={known.registrationFixed} />
      <div class="field">
        <label for="rules">{t('rules')}</label>
        <textarea
          id="rules"
          class="input"
          rows={6}
          maxLength={10_000}
          value={rules}
          onInput={(event) => setRules(event.currentTarget.value)}
        />
        <span class="hint">{t('rulesHint')}</span>
      </div>
      <div>
        <button type="submit" class="button primary">
          {t('save')}
        </button>
      </div>
    </form>
  );
}

/** Takes effect at once, unlike the fields. */
function PictureField({ known }: { readonly known: Community }) {
  const set = (picture: File) =>
    attempt(async () => {
      community.value = await client.community.setAvatar(picture);
    });
  const remove = () =>
    attempt(async () => {
      await client.community.removeAvatar();
      community.value = await client.community.read();
    });
  return (
    <fieldset class="field">
      <legend class="label">{t('communityPicture')}</legend>
      <div class="picture-head">
        <CommunityLogo size={80} />
        <PictureButtons
          onPick={(picture) => void set(picture)}
          onRemove={known.avatarUrl === undefined ? null : () => void remove()}
        />
      </div>
    </fieldset>
  );
}
