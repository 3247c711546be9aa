/** Letters in Russian. */
import type { Words } from './letter-kinds.ts';

const NOT_YOU =
  'Если это были вы, ничего делать не нужно. Если нет, сразу смените пароль: все устройства выйдут из учётной записи.';
const TO_SECURITY = 'Открыть настройки безопасности';

export const RUSSIAN: Words = {
  greeting: (name) => `Здравствуйте, ${name}!`,
  greetingOfNobody: 'Здравствуйте!',
  footer: (community) =>
    `Письмо отправлено сообществом «${community}»: этот адрес указан там в учётной записи или введён на сайте.`,
  letters: {
    verify: (_, community) => ({
      subject: `Подтвердите адрес почты: ${community}`,
      says: [
        `Откройте ссылку, чтобы подтвердить, что это ваш адрес в сообществе «${community}». Она действует сутки.`,
        'Если вы не указывали этот адрес, не обращайте внимания на письмо: ничего не произойдёт.',
      ],
      action: 'Подтвердить адрес',
    }),
    reset: (_, community) => ({
      subject: `Новый пароль: ${community}`,
      says: [
        'Кто-то запросил новый пароль для вашей учётной записи. Ссылка действует один час и только один раз.',
        'Если это были не вы, не обращайте внимания на письмо: пароль останется прежним.',
      ],
      action: 'Задать новый пароль',
    }),
    invite: ({ by }, community) => ({
      subject: by === '' ? `Приглашение в «${community}»` : `${by} приглашает вас в «${community}»`,
      says: [
        by === '' ? `Вас приглашают в сообщество «${community}».` : `${by} приглашает вас в сообщество «${community}».`,
        'Если вы не знаете, о чём речь, не обращайте внимания на письмо.',
      ],
      action: 'Присоединиться',
    }),
    'new-device': ({ network, at }, community) => ({
      subject: `Вход из нового места: ${community}`,
      says: [`В вашу учётную запись вошли из места, которого раньше не было: ${network}, ${at} UTC.`, NOT_YOU],
      action: TO_SECURITY,
    }),
    'password-changed': (_, community) => ({
      subject: `Пароль изменён: ${community}`,
      says: ['У вашей учётной записи новый пароль, на всех устройствах выполнен выход.', NOT_YOU],
      action: TO_SECURITY,
    }),
    'email-changed': ({ email }, community) => ({
      subject: `Адрес почты изменён: ${community}`,
      says: [
        `У вашей учётной записи теперь другой адрес почты: ${email}. На этот адрес письма больше не приходят.`,
        'Если это были не вы, сразу напишите тем, кто ведёт это сообщество.',
      ],
    }),
    'second-factor-on': (_, community) => ({
      subject: `Двухэтапный вход включён: ${community}`,
      says: ['Теперь для входа нужен и код с вашего устройства.', NOT_YOU],
      action: TO_SECURITY,
    }),
    'second-factor-off': (_, community) => ({
      subject: `Двухэтапный вход выключен: ${community}`,
      says: ['Теперь для входа код с вашего устройства не нужен.', NOT_YOU],
      action: TO_SECURITY,
    }),
    'passkey-added': ({ name }, community) => ({
      subject: `Новый ключ доступа: ${community}`,
      says: [`К вашей учётной записи добавлен ключ доступа: ${name}.`, NOT_YOU],
      action: TO_SECURITY,
    }),
    'passkey-removed': ({ name }, community) => ({
      subject: `Ключ доступа удалён: ${community}`,
      says: [`Из вашей учётной записи удалён ключ доступа: ${name}.`, NOT_YOU],
      action: TO_SECURITY,
    }),
    'recovery-code-used': (_, community) => ({
      subject: `Использован код восстановления: ${community}`,
      says: ['В вашу учётную запись вошли с кодом восстановления.', NOT_YOU],
      action: TO_SECURITY,
    }),
    'app-password-added': ({ name }, community) => ({
      subject: `Новый пароль приложения: ${community}`,
      says: [`Для вашей учётной записи создан пароль приложения: ${name}. Программа может войти с ним.`, NOT_YOU],
      action: TO_SECURITY,
    }),
    'app-password-removed': ({ name }, community) => ({
      subject: `Пароль приложения отозван: ${community}`,
      says: [`Отозван пароль приложения вашей учётной записи: ${name}.`, NOT_YOU],
      action: TO_SECURITY,
    }),
    'token-added': ({ name }, community) => ({
      subject: `Новый токен доступа: ${community}`,
      says: [
        `Для вашей учётной записи создан токен доступа: ${name}. Программа может действовать с ним от вас.`,
        NOT_YOU,
      ],
      action: TO_SECURITY,
    }),
    'token-removed': ({ name }, community) => ({
      subject: `Токен доступа отозван: ${community}`,
      says: [`Отозван токен доступа вашей учётной записи: ${name}.`, NOT_YOU],
      action: TO_SECURITY,
    }),
    'hook-disabled': ({ host }, community) => ({
      subject: `Хук выключен: ${community}`,
      says: [
        `Созданный вами хук выключен: ${host} не принимает то, что ему отправляется.`,
        'Когда адрес снова заработает, включите хук: он продолжит с того, что произойдёт потом.',
      ],
    }),
    leaving: ({ until }, community) => ({
      subject: `Учётная запись будет удалена: ${community}`,
      says: [
        `Ваша учётная запись отключена. ${until} она будет удалена вместе со всем, что вы написали.`,
        'Если войти раньше, она останется.',
      ],
      action: 'Войти',
    }),
  },
};
