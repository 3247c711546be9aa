import type { SignInWays } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { client } from '../koine.ts';
import { expectSession } from '../session.ts';
import { Icon } from '../ui/icon.tsx';

/** How people sign in here; null: not known (yet). */
export function useWays(): SignInWays | null {
  const [ways, setWays] = useState<SignInWays | null>(null);
  useEffect(() => void client.credentials.ways().then(setWays, () => {}), []);
  return ways;
}

type Props = { readonly providers: SignInWays['providers']; readonly invite?: string | undefined };

/** The browser leaves for the provider, and comes back signed in. */
export function ProviderButtons({ providers, invite }: Props) {
  const query = invite === undefined ? '' : `?${new URLSearchParams({ invite })}`;
  return (
    <>
      {providers.map(({ id, name }) => (
        <a key={id} class="button wide" href={`/v1/sign-in/${encodeURIComponent(id)}${query}`} onClick={expectSession}>
          <Icon name="log-in" class="small" />
          {t('signInAt', { name })}
        </a>
      ))}
    </>
  );
}
