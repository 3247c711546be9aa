/** Two people do everything that the client has: with a mouse, with fingers on a small phone, and by keyboard alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { IN_BROWSER, openBrowser, signUp, untilLive } from '../support/browser.ts';
import { type Hand, WAYS, type Way } from '../support/hands.ts';
import { startTestServer, type TestServer } from '../support/harness.ts';
import { halves } from '../support/pictures.ts';

/** The narrowest screen, in px. */
const NARROWEST = 320;
/** Of what a finger presses, in px. */
const FINGER = 44;

class Walker {
  readonly username: string;
  readonly hand: Hand;
  readonly complaints: readonly string[];

  constructor(username: string, hand: Hand, complaints: readonly string[]) {
    this.username = username;
    this.hand = hand;
    this.complaints = complaints;
  }

  static async arrive(browser: Browser, server: TestServer, username: string, way: Way): Promise<Walker> {
    const permissions = ['clipboard-read', 'clipboard-write'];
    const { page, complaints } = await signUp(browser, server.url, username, { ...way.context, permissions });
    return new Walker(username, way.hand(page), complaints);
  }

  at(selector: string, hasText?: string): Locator {
    return this.hand.page.locator(selector, hasText === undefined ? {} : { hasText }).first();
  }

  button(name: string, within: Locator = this.at('body')): Locator {
    return within.getByRole('button', { name, exact: true }).first();
  }

  get dialog(): Locator {
    return this.hand.page.getByRole('dialog');
  }

  press(name: string, within?: Locator): Promise<void> {
    return this.hand.press(this.button(name, within));
  }

  async pick(menu: Locator, item: string): Promise<void> {
    await this.hand.press(menu);
    await this.hand.press(this.hand.page.getByRole('menuitem', { name: item, exact: true }));
  }

  /** The menu of a message, a post and the like. */
  menu(of: Locator, name: string): Locator {
    return this.button(name, of);
  }

  message(text: string): Locator {
    return this.at('.message:not(.waiting)', text);
  }

  async say(text: string): Promise<void> {
    await this.hand.write(this.at('.composer textarea'), text);
    await this.press('Send');
    await this.message(text).waitFor();
  }

  async withMessage(text: string, item: string): Promise<void> {
    await this.hand.pointAt(this.message(text));
    await this.pick(this.menu(this.message(text), 'More'), item);
  }

  async openRoom(title: string): Promise<void> {
    await this.hand.goTo('rooms');
    await this.hand.press(this.at('.room-line', title));
    await this.at('.room-head', title).waitFor();
  }

  /** The screen fits, also a narrower one, and fingers find what they may press. */
  async look(what: string): Promise<void> {
    const { page } = this.hand;
    if (!(await page.evaluate<boolean>('matchMedia("(pointer: coarse)").matches'))) return;
    const size = page.viewportSize() as { width: number; height: number };
    await page.setViewportSize({ ...size, width: NARROWEST });
    const wide = await page.evaluate<string[]>(TOO_WIDE);
    await page.setViewportSize(size);
    assert.deepEqual(wide, [], `${what} fits`);
    assert.deepEqual(await page.evaluate<string[]>(TOO_SMALL), [], what);
  }
}

/** Elements that one would have to scroll sideways. */
const TOO_WIDE = `[...document.querySelectorAll('html, .page, .timeline, .dialog > .body')]
  .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
  .map((element) => element.className + ' ' + element.scrollWidth)`;

/** Controls that are too small for a finger. Links in texts have the height of their line. */
const TOO_SMALL = `(() => {
  const reach = (element) => {
    const { width, height } = element.getBoundingClientRect();
    const after = getComputedStyle(element, '::after');
    const more = (side) => (after.content === 'none' ? 0 : Math.max(0, -Number.parseFloat(after[side]) || 0));
    return [width + more('left') + more('right'), height + more('top') + more('bottom')];
  };
  const isText = (element) => element.closest('.prose, p, .who, .quote, .when, .name') !== null && element.matches('a');
  const isHidden = (element) => !element.checkVisibility({ visibilityProperty: true }) || element.closest('[aria-hidden=true]');
  return [...document.querySelectorAll('button, a[href], select, label:has(input)')]
    .filter((element) => !isText(element) && !isHidden(element) && reach(element).some((size) => size < ${FINGER} - 0.5))
    .map((element) => element.outerHTML.slice(0, 120) + ' ' + reach(element).map(Math.round).join('×'));
})()`;

async function postAndTalk(ann: Walker, bob: Walker, about: string): Promise<void> {
  await ann.hand.goTo('feed');
  await ann.hand.write(ann.at('.post-form textarea'), `The mural, ${about}`);
  const chooser = ann.hand.page.waitForEvent('filechooser');
  await ann.press('Add files');
  const buffer = await halves(600, 400).png().toBuffer();
  await (await chooser).setFiles({ name: 'mural.png', mimeType: 'image/png', buffer });
  await ann.press('Describe mural.png in words');
  await ann.hand.write(ann.dialog.getByLabel('The picture in words'), 'A wall');
  await ann.press('Save', ann.dialog);
  await ann.at('.words.given').waitFor();
  await ann.look('a post that is being written');
  await ann.press('Publish');

  const theirs = bob.at('.post', about);
  await bob.hand.goTo('feed');
  await theirs.or(bob.at('.fresh')).first().waitFor();
  if (!(await theirs.isVisible())) await bob.hand.press(bob.at('.fresh'));
  await bob.press('Like', theirs);
  await bob.press('Bookmark', theirs);
  await bob.hand.press(bob.at('.segments a', 'Bookmarks'));
  await bob.hand.press(theirs.locator('a.comments'));
  await bob.hand.write(bob.at('.comment-form textarea'), 'Wonderful!');
  await bob.press('Send', bob.at('.comment-form'));
  const comment = bob.at('.comment', 'Wonderful');
  await bob.pick(bob.menu(comment, 'What to do with this comment'), 'Edit');
  await bob.hand.write(bob.at('.comment textarea'), 'Wonderful, all of it');
  await bob.press('Save', bob.at('.comment'));
  await bob.at('.comment', 'all of it').waitFor();
  await bob.look('a post with comments');

  const mine = ann.at('.post:not(.waiting)', about);
  await ann.press('1 like', mine);
  await ann.dialog.getByText(`@${bob.username}`).waitFor();
  await ann.look('who likes it');
  await ann.press('Close', ann.dialog);
  await ann.hand.press(mine.locator('a.picture'));
  await ann.at('.lightbox img').waitFor();
  await ann.press('Close', ann.at('.lightbox'));
  await ann.pick(ann.menu(mine, 'What to do with this post'), 'Edit');
  await ann.hand.write(mine.locator('textarea'), `The mural is done, ${about}`);
  await ann.press('Save', mine);
  await bob.at('.post', 'is done').waitFor();
  await ann.look('the feed');

  await bob.pick(bob.menu(bob.at('.comment', 'all of it'), 'What to do with this comment'), 'Delete');
  await bob.press('Delete', bob.dialog);
  await bob.at('.comment').waitFor({ state: 'detached' });
}

async function makeRoom(ann: Walker, bob: Walker, title: string): Promise<void> {
  await ann.hand.goTo('rooms');
  await ann.press('New room');
  await ann.hand.write(ann.dialog.getByLabel('Title'), title);
  await ann.hand.write(ann.dialog.getByLabel('Find people'), bob.username);
  await ann.hand.choose(ann.dialog.locator('label', { hasText: `@${bob.username}` }));
  await ann.look('a new room');
  await ann.press('Create room', ann.dialog);
  await ann.at('.room-head', title).waitFor();
}

async function talk(ann: Walker, bob: Walker): Promise<void> {
  await ann.say('Row 3: potatoes');
  await bob.message('potatoes').waitFor();
  await bob.hand.pointAt(bob.message('potatoes'));
  await bob.press('Reply', bob.message('potatoes'));
  await bob.say(`And beans, @${ann.username}?`);
  await ann.message('And beans').locator('.quote').waitFor();
  await ann.message('And beans').locator('.mention.me').waitFor();

  await ann.hand.pointAt(ann.message('And beans'));
  await ann.press('Add a reaction', ann.message('And beans'));
  await ann.hand.write(ann.at('.emoji-picker input'), 'party popper');
  await ann.hand.press(ann.at('.emoji-picker .grid button'));
  await bob.message('And beans').locator('.reactions', { hasText: '🎉' }).waitFor();
  await bob.hand.press(bob.message('And beans').locator('.reactions button').first());
  await ann.message('And beans').getByRole('button', { name: '2 people' }).waitFor();

  await ann.withMessage('And beans', 'Pin');
  await ann.press('Pinned messages');
  await ann.look('what is pinned');
  await ann.hand.press(ann.dialog.locator('.pin'));
  await ann.at('.message.flash', 'And beans').waitFor();

  await ann.withMessage('potatoes', 'Edit');
  await ann.hand.write(ann.at('.composer textarea'), 'Row 3: turnips');
  await ann.press('Save', ann.at('.composer'));
  await bob.message('turnips').getByText('edited').waitFor();
  await ann.withMessage('turnips', 'Who has read it');
  await ann.dialog.getByText(`@${bob.username}`).waitFor();
  await ann.press('Close', ann.dialog);

  await ann.pick(ann.button('What to do with this room'), 'Go to a date');
  await ann.look('a date');
  await ann.press('Show', ann.dialog);
  await ann.at('.message.flash').waitFor();
  await ann.look('a room');

  await bob.withMessage('And beans', 'Delete');
  await bob.press('Delete', bob.dialog);
  await ann.at('.message .gone').waitFor();
}

async function runRoom(ann: Walker, bob: Walker, title: string): Promise<void> {
  await ann.hand.press(ann.at('.room-head'));
  await ann.hand.choose(ann.dialog.locator('label', { hasText: 'Mentions' }));
  await ann.pick(ann.button(`What to do with ${bob.username}`, ann.dialog), 'Make a moderator');
  await ann.dialog.getByText('Moderator', { exact: true }).waitFor();
  await ann.hand.write(ann.dialog.getByLabel('Title'), `${title} club`);
  await ann.press('Save', ann.dialog);
  await bob.at('.room-head', `${title} club`).waitFor();
  await ann.look('about a room');
  await ann.press('Close', ann.dialog);

  await ann.pick(ann.button('What to do with this room'), 'Add people');
  await ann.press('New link', ann.dialog);
  await ann.dialog.locator('.link').waitFor();
  await ann.look('invitations to a room');
  await ann.press('Close', ann.dialog);

  await bob.pick(bob.button('What to do with this room'), 'Leave');
  await bob.press('Leave', bob.dialog);
  await ann.at('.room-head', '1 member').waitFor();
}

async function meet(ann: Walker, bob: Walker): Promise<void> {
  await ann.hand.goTo('people');
  await ann.hand.write(ann.at('main input[type=search]'), bob.username);
  await ann.hand.press(ann.at('.people .person-line', `@${bob.username}`));
  await ann.press('Add friend');
  await ann.look('a profile');
  await ann.press('Message');
  await ann.say('Hello');
  await ann.hand.goTo('people');
  await ann.hand.press(ann.at('.segments a', 'Friends'));
  await ann.hand.press(ann.at('.people .person-line', `@${bob.username}`));
  await ann.pick(ann.button('What to do with this person'), 'Block');
  await ann.press('Block', ann.dialog);
  await ann.press('Unblock');
  await ann.button('Message').waitFor();

  await bob.hand.goTo('notifications');
  await bob.at('.notification', 'added you as a friend').waitFor();
  await bob.look('notifications');
  await bob.press('Mark all as read');
  await bob.at('.notification.unread').waitFor({ state: 'detached' });
}

/** Keys that do what else takes a way through the page, on a Russian keyboard. */
async function hurry({ hand: { page } }: Walker): Promise<void> {
  const press = (code: string, key: string) =>
    page.evaluate(`document.activeElement.dispatchEvent(
      new KeyboardEvent('keydown', { code: '${code}', key: '${key}', bubbles: true, cancelable: true }))`);
  await page.locator('#main').focus();
  await press('KeyG', 'п');
  await press('KeyF', 'а');
  await page.locator('.post-form').waitFor();
  await press('KeyJ', 'о');
  await page.locator('.post:focus').waitFor();
  const liked = await page.locator('.post:focus .like').getAttribute('aria-pressed');
  await press('KeyL', 'д');
  await page.locator(`.post:focus .like[aria-pressed=${liked === 'true' ? 'false' : 'true'}]`).waitFor();
  await press('Enter', 'Enter');
  await page.locator('.comment-form').waitFor();
}

async function settle(ann: Walker): Promise<void> {
  const section = (name: string) => ann.hand.press(ann.at('.sections a', name));
  await ann.hand.goTo('settings');
  await ann.hand.write(ann.at('#name'), 'Ann of the Mural');
  await ann.press('Save');
  await ann.at('.toast', 'Saved').waitFor();
  await ann.look('the own profile');
  await section('Appearance');
  await ann.hand.choose(ann.at('label', 'Dark'));
  await ann.at('[data-theme=dark]').waitFor();
  await ann.hand.choose(ann.at('label', 'Русский'));
  await ann.at('h1', 'Настройки').waitFor();
  await ann.hand.choose(ann.at('label', 'English'));
  await ann.at('h1', 'Settings').waitFor();
  await ann.look('appearance');
  await section('Security');
  await ann.at('main', 'This one').waitFor();
  await ann.look('security');
  await section('Account');
  await ann.press('Delete account');
  await ann.look('the end of an account');
  await ann.press('Cancel', ann.dialog);
}

async function administer(ann: Walker): Promise<void> {
  const section = (name: string) => ann.hand.press(ann.at('.sections a', name));
  await ann.hand.goTo('admin');
  await ann.hand.write(ann.at('#rules'), 'Be kind.');
  await ann.press('Save');
  await ann.at('.toast', 'Saved').waitFor();
  await ann.look('the community');
  await section('Invitations');
  await ann.press('New link');
  await ann.at('.sessions .link').waitFor();
  await ann.look('invitations to the community');
  await section('Applications');
  await ann.look('applications');
  await section('Roles');
  await ann.press('Appoint moderators');
  await ann.look('appointing');
  await ann.press('Close', ann.dialog);
}

test('two people do everything, whatever their hands are', IN_BROWSER, async (t) => {
  const server = await startTestServer(t);
  const browser = await openBrowser(t);
  const walk = (name: string, way: Way) =>
    t.test(`by ${name}`, async () => {
      const [ann, bob] = [
        await Walker.arrive(browser, server, `ann.${name}`, way),
        await Walker.arrive(browser, server, `bob.${name}`, way),
      ];
      await server.sql`update accounts set role = 'owner' where username = ${ann.username}`;
      await ann.hand.page.reload();
      await untilLive(ann.hand.page);
      await postAndTalk(ann, bob, name);
      await makeRoom(ann, bob, `Garden ${name}`);
      await bob.openRoom(`Garden ${name}`);
      await talk(ann, bob);
      await runRoom(ann, bob, `Garden ${name}`);
      await meet(ann, bob);
      if (name === 'keyboard') await hurry(bob);
      await settle(ann);
      await administer(ann);
      assert.deepEqual([...ann.complaints, ...bob.complaints], []);
    });
  await Promise.all(Object.entries(WAYS).map(([name, way]) => walk(name, way)));
});
