/** Three ways to use a page: with a mouse, with fingers, and with the keyboard alone. */
import assert from 'node:assert/strict';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';

export type Place = 'feed' | 'rooms' | 'people' | 'notifications' | 'settings' | 'admin';

/** A hand does what a person could do there: a click, a tap, or keys from where the focus is. */
export interface Hand {
  readonly page: Page;
  press(target: Locator): Promise<void>;
  /** Chooses a radio button or ticks a box, by the text of its label. */
  choose(label: Locator): Promise<void>;
  write(field: Locator, text: string): Promise<void>;
  goTo(place: Place): Promise<void>;
  /** Shows the buttons of a message. */
  pointAt(message: Locator): Promise<void>;
}

export type Way = { readonly context: BrowserContextOptions; readonly hand: (page: Page) => Hand };

const LINKS: Readonly<Record<Place, string>> = {
  feed: '/app/feed',
  rooms: '/app/rooms',
  people: '/app/people',
  notifications: '/app/notifications',
  settings: '/app/settings',
  admin: '/app/admin',
};

class Mouse implements Hand {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  press(target: Locator): Promise<void> {
    return target.click();
  }

  choose(label: Locator): Promise<void> {
    return label.click();
  }

  async write(field: Locator, text: string): Promise<void> {
    await field.click();
    await field.fill(text);
  }

  async goTo(place: Place): Promise<void> {
    // The list of rooms is always beside the rest.
    if (place !== 'rooms')
      await this.page.locator(`.sidebar :is(.nav-link, .icon-button)[href="${LINKS[place]}"]`).click();
  }

  pointAt(message: Locator): Promise<void> {
    return message.hover();
  }
}

class Finger implements Hand {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  press(target: Locator): Promise<void> {
    return target.tap();
  }

  choose(label: Locator): Promise<void> {
    return label.tap();
  }

  async write(field: Locator, text: string): Promise<void> {
    await field.tap();
    await field.fill(text);
  }

  async goTo(place: Place): Promise<void> {
    const tabs = this.page.locator('.tabs');
    const back = this.page.locator('.bar.with-back').getByLabel('Back');
    if (!(await tabs.isVisible())) await back.tap();
    if (place === 'admin') await this.goTo('settings');
    await this.page.locator(`:is(.tabs, .sections) a[href="${LINKS[place]}"]`).tap();
  }

  async pointAt(message: Locator): Promise<void> {
    // Beside the text, where no link is.
    const { width = 0 } = (await message.boundingBox()) ?? {};
    await message.tap({ position: { x: width - 4, y: 4 } });
  }
}

/** Tabs to anything in the page. */
const MOST_TABS = 250;
/** The tests know no document: what runs in the page is text to them. */
const inPage = (body: string) => new Function('element', body) as (element: unknown) => boolean;
/** Where the focus has to go to reach it: 0, if it is there. */
const wayTo = new Function(
  'element',
  `const focused = document.activeElement;
  if (element === focused) return 0;
  return focused.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING ? 1 : -1;`,
) as (element: unknown) => number;
/** Whether a person sees where the focus is: an outline, or the frame of the field that writes. */
const showsFocus = inPage(`
  const isOutlined = (one) => one !== null && getComputedStyle(one).outlineStyle !== 'none';
  return isOutlined(element) || isOutlined(element.closest('label')) ||
    element.closest('.composer > .box, .post-form, .switcher') !== null`);

class Keys implements Hand {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  async press(target: Locator): Promise<void> {
    await this.#reach(target);
    await this.page.keyboard.press('Enter');
  }

  async choose(label: Locator): Promise<void> {
    const input = label.locator('input');
    await input.waitFor({ state: 'attached' });
    if ((await input.getAttribute('type')) === 'checkbox') {
      await this.#reach(input);
      await this.page.keyboard.press('Space');
      return;
    }
    const name = await input.getAttribute('name');
    // The Tab key reaches one button of a group.
    await this.#reach(this.page.locator(`input[name="${name}"]:checked`));
    for (let steps = 0; !(await input.isChecked()) && steps < 9; steps += 1)
      await this.page.keyboard.press('ArrowRight');
    assert.ok(await input.isChecked());
  }

  async write(field: Locator, text: string): Promise<void> {
    await this.#reach(field);
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.insertText(text);
  }

  async goTo(place: Place): Promise<void> {
    if (await this.page.locator('.composer textarea:focus').count()) await this.page.keyboard.press('Shift+Tab');
    await this.page.locator('#main').waitFor();
    await this.page.keyboard.press('g');
    await this.page.keyboard.press(place.charAt(0));
  }

  pointAt(message: Locator): Promise<void> {
    return this.#reach(message.locator('.tools button').first());
  }

  async #reach(target: Locator): Promise<void> {
    await target.waitFor({ state: 'attached' });
    for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
      const way = await target.evaluate(wayTo);
      if (way === 0) {
        assert.ok(await target.evaluate(showsFocus), `the focus is seen on ${target}`);
        return;
      }
      await this.page.keyboard.press(way > 0 ? 'Tab' : 'Shift+Tab');
    }
    assert.fail(`no key reaches ${target}`);
  }
}

const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

export const WAYS: Readonly<Record<'mouse' | 'touch' | 'keyboard', Way>> = {
  mouse: { context: DESKTOP, hand: (page) => new Mouse(page) },
  touch: { context: PHONE, hand: (page) => new Finger(page) },
  keyboard: { context: DESKTOP, hand: (page) => new Keys(page) },
};
