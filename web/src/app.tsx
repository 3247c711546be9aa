/** The screen of each address. */
import type { ComponentChild } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { FeedScreen } from './feed/feed-screen.tsx';
import { locale, t } from './i18n/i18n.ts';
import { useKoine } from './koine.ts';
import { SilenceLine } from './moderation/silence-line.tsx';
import { useWatch } from './people/use-watch.ts';
import { Conversation } from './rooms/conversation.tsx';
import { countLoud } from './rooms/loud.ts';
import { RoomsScreen } from './rooms/rooms-screen.tsx';
import { href, match, navigate, path } from './router.ts';
import { session } from './session.ts';
import { ConnectionLine } from './shell/connection-line.tsx';
import { OpenDialog } from './shell/dialogs.tsx';
import { Sidebar, Tabs } from './shell/sidebar.tsx';
import { Unreachable } from './shell/unreachable.tsx';
import { Empty, Spinner } from './ui/empty.tsx';
import { IconSprite } from './ui/icon.tsx';
import { late } from './ui/late.tsx';
import { shownPictures } from './ui/pictures.tsx';
import { Toasts } from './ui/toasts.tsx';
import { isWide } from './ui/window.ts';

export function App() {
  return (
    <>
      <IconSprite />
      <Content key={locale()} />
      <OpenDialog />
      {shownPictures.value && <Lightbox />}
      <Toasts />
    </>
  );
}

function Content() {
  // A letter's link works for any account that is signed in.
  if (path.value === '/verify') return <VerifyScreen />;
  if (path.value === '/reset') return <ResetScreen />;
  switch (session.value) {
    case 'in':
      return <Shell />;
    case 'out':
      return <WayIn address={path.value} />;
    case 'unreachable':
      return <Unreachable />;
    case 'starting':
      return <Spinner />;
  }
}

function WayIn({ address }: { readonly address: string }) {
  const invited = match('/join/:code', address);
  if (invited) return <SignUpScreen invite={invited.code} />;
  if (address === '/setup') return <SetUpScreen />;
  if (address === '/rules') return <RulesScreen />;
  if (address === '/forgot') return <ForgotScreen />;
  return address === '/sign-up' ? <SignUpScreen /> : <SignInScreen />;
}

/** Rooms and the feed come with the first scripts, the others when they are wanted. */
const Lightbox = late(async () => (await import('./ui/lightbox.tsx')).Lightbox);
const SetUpScreen = late(async () => (await import('./gate/set-up-screen.tsx')).SetUpScreen);
const SignInScreen = late(async () => (await import('./gate/sign-in-screen.tsx')).SignInScreen);
const SignUpScreen = late(async () => (await import('./gate/sign-up-screen.tsx')).SignUpScreen);
const PostScreen = late(async () => (await import('./feed/post-screen.tsx')).PostScreen);
const PeopleScreen = late(async () => (await import('./people/people-screen.tsx')).PeopleScreen);
const ProfileScreen = late(async () => (await import('./people/profile-screen.tsx')).ProfileScreen);
const ActivityScreen = late(async () => (await import('./activity/activity-screen.tsx')).ActivityScreen);
const SettingsScreen = late(async () => (await import('./settings/settings-screen.tsx')).SettingsScreen);
const AdminScreen = late(async () => (await import('./admin/admin-screen.tsx')).AdminScreen);
const InviteScreen = late(async () => (await import('./gate/invite-screen.tsx')).InviteScreen);
const CatchUpScreen = late(async () => (await import('./catch-up/catch-up-screen.tsx')).CatchUpScreen);
const SearchScreen = late(async () => (await import('./search/search-screen.tsx')).SearchScreen);
const RulesScreen = late(async () => (await import('./gate/letter-screens.tsx')).RulesScreen);
const ForgotScreen = late(async () => (await import('./gate/letter-screens.tsx')).ForgotScreen);
const ResetScreen = late(async () => (await import('./gate/letter-screens.tsx')).ResetScreen);
const VerifyScreen = late(async () => (await import('./gate/letter-screens.tsx')).VerifyScreen);

function Shell() {
  const address = path.value;
  // Also tells how many are connected.
  useWatch([useKoine((state) => state.me?.id ?? '')]);
  const status = useKoine((state) => state.connection.status);
  useFocusInMain(address);
  useAppBadge();
  const isNested = /^\/(lobby|rooms\/.|posts\/)/.test(address);
  return (
    <div class="shell" data-connection={status}>
      <a class="skip button primary" href="#main">
        {t('skipToContent')}
      </a>
      {isWide.value && <Sidebar />}
      <main class="main" id="main" tabIndex={-1}>
        <ConnectionLine />
        <SilenceLine />
        <Screen address={address} />
      </main>
      {!isWide.value && !isNested && <Tabs />}
    </div>
  );
}

/** On the icon of the installed app, where the platform can show it. */
function useAppBadge(): void {
  const loud = useKoine((state) => countLoud(state) + state.notifications.unread);
  useEffect(() => {
    if ('setAppBadge' in navigator) navigator.setAppBadge(loud).catch(() => {});
  }, [loud]);
}

/** The focused element may have gone with the screen before. */
function useFocusInMain(address: string): void {
  const shown = useRef(address);
  useEffect(() => {
    if (shown.current === address) return;
    shown.current = address;
    if (document.activeElement === document.body) document.getElementById('main')?.focus({ preventScroll: true });
  }, [address]);
}

function Screen({ address }: { readonly address: string }): ComponentChild {
  const found = <const Pattern extends string>(pattern: Pattern) => match(pattern, address);
  const room = found('/rooms/:id/:seq?');
  if (room) return <Conversation id={room.id} {...seqOf(room.seq)} />;
  const lobby = found('/lobby/:seq?');
  if (lobby) return <Lobby {...seqOf(lobby.seq)} />;
  if (found('/rooms')) return <RoomsScreen />;
  const feed = found('/feed/:tab?');
  if (feed) return <FeedScreen name={feed.tab === 'friends' || feed.tab === 'bookmarks' ? feed.tab : 'all'} />;
  const post = found('/posts/:id');
  if (post) return <PostScreen id={post.id} />;
  const people = found('/people/:tab?');
  if (people) return <PeopleScreen tab={people.tab === 'friends' ? 'friends' : 'all'} />;
  const search = found('/search/:kind?');
  if (search) return <SearchScreen kind={search.kind} />;
  if (found('/catch-up')) return <CatchUpScreen />;
  if (found('/rules')) return <SettingsScreen section="about" />;
  if (found('/notifications')) return <ActivityScreen />;
  const settings = found('/settings/:section?');
  if (settings) return <SettingsScreen section={settings.section} />;
  const admin = found('/admin/:section?');
  if (admin) return <AdminScreen section={admin.section} />;
  const invite = found('/invite/:code');
  if (invite) return <InviteScreen code={invite.code} />;
  const profile = found('/:name');
  if (profile?.name.startsWith('@')) return <ProfileScreen username={profile.name.slice(1)} />;
  if (['/', '/sign-in', '/sign-up', '/setup'].includes(address) || found('/join/:code')) return <Home />;
  return (
    <Empty icon="circle-alert" title={t('noSuchPage')} isScreen>
      <a class="button" href={href('/feed')}>
        {t('feed')}
      </a>
    </Empty>
  );
}

function Home() {
  useEffect(() => navigate('/feed', { replace: true }), []);
  return null;
}

const seqOf = (text: string | undefined): { seq?: number } => (/^\d+$/.test(text ?? '') ? { seq: Number(text) } : {});

function Lobby({ seq }: { readonly seq?: number }) {
  const id = useKoine((state) => Object.values(state.rooms).find(({ kind }) => kind === 'lobby')?.id);
  if (id === undefined) return <Spinner />;
  return <Conversation id={id} {...(seq === undefined ? {} : { seq })} />;
}
