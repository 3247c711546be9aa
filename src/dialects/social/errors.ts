/**
 * social's errors: `{"detail": "<text>"}` in Russian. Front ends show that text as it is, so only malformed requests are
 * answered with FastAPI's list of issues; a value that breaks a rule is refused with a text.
 */
import { type AppError, ERRORS, type ErrorCode, type Issue, type Subject } from '../../errors.ts';
import type { Answer } from '../dialect.ts';
import { failure, validationFailure } from '../shared/fastapi-errors.ts';

const WORDS: Record<ErrorCode, { readonly status: number; readonly detail: string }> = {
  invalid: { status: 400, detail: 'Некорректные данные' },
  unauthenticated: { status: 401, detail: 'Не удалось подтвердить учетные данные' },
  bad_credentials: { status: 401, detail: 'Проверьте введеные данные!' },
  username_taken: { status: 403, detail: 'Имя пользователя уже занято!' },
  email_taken: { status: 403, detail: 'Вы уже зарегистрированы!' },
  forbidden: { status: 403, detail: 'Недостаточно прав' },
  accounts_elsewhere: { status: 403, detail: 'Учетные записи ведет другой сервис: войдите через него' },
  registration_closed: { status: 403, detail: 'Регистрация сейчас закрыта' },
  invite_required: { status: 403, detail: 'Для регистрации нужно действующее приглашение' },
  code_required: { status: 401, detail: 'Нужен код второго фактора' },
  bad_code: { status: 401, detail: 'Код неверен или уже использован' },
  insufficient_scope: { status: 403, detail: 'Этому токену это не разрешено' },
  confirmation_required: { status: 403, detail: 'Сначала подтвердите, что это вы' },
  awaiting_approval: { status: 403, detail: 'Сначала заявку должен одобрить модератор' },
  sign_up_refused: { status: 403, detail: 'Регистрация с такими данными здесь невозможна' },
  suspended: { status: 403, detail: 'Аккаунт временно заблокирован' },
  banned: { status: 403, detail: 'Аккаунт заблокирован' },
  silenced: { status: 403, detail: 'Модератор запретил вам писать: читать можно' },
  read_only: { status: 403, detail: 'В этом чате пишут только модераторы' },
  unverified: { status: 403, detail: 'Сначала подтвердите адрес почты' },
  not_welcome: { status: 403, detail: 'Этот пользователь принимает такое не от всех' },
  last_owner: { status: 409, detail: 'Последний владелец остается: сначала назначьте другого' },
  not_found: { status: 404, detail: 'Не найдено' },
  self_friend: { status: 400, detail: 'Нельзя добавить в друзья самого себя' },
  self_chat: { status: 400, detail: 'Нельзя создать чат с самим собой' },
  already_friends: { status: 409, detail: 'Пользователь уже находится в друзьях' },
  not_friends: { status: 404, detail: 'Пользователь не находится в друзьях' },
  method_not_allowed: { status: 405, detail: 'Метод не поддерживается' },
  wrong_offset: { status: 409, detail: 'Загрузка остановилась на другом месте' },
  already_in: { status: 409, detail: 'Вы уже подключены' },
  precondition_failed: { status: 412, detail: 'Условие запроса не выполнено' },
  too_large: { status: 413, detail: 'Слишком большой запрос, файл или изображение, или слишком много файлов' },
  quota_exceeded: { status: 413, detail: 'Место для ваших данных закончилось: сначала удалите что-нибудь' },
  range_not_satisfiable: { status: 416, detail: 'В файле нет такого диапазона' },
  unsupported_media_type: {
    status: 415,
    detail:
      'Нужна форма multipart/form-data с целыми изображениями JPEG, PNG, WebP, GIF или AVIF; анимация принимается в GIF и WebP',
  },
  idempotency_key_reused: { status: 422, detail: 'Этот ключ Idempotency-Key уже отправлен с другим запросом' },
  upgrade_required: { status: 426, detail: 'По этому адресу доступен только WebSocket' },
  rate_limited: { status: 429, detail: 'Слишком много запросов, попробуйте позже' },
  internal: { status: 500, detail: 'Внутренняя ошибка сервера' },
  overloaded: { status: 503, detail: 'Сервер перегружен, попробуйте позже' },
  unavailable: { status: 503, detail: 'Сервис временно недоступен, попробуйте позже' },
  disk_full: { status: 507, detail: 'На сервере закончилось место для хранения данных' },
};

const MISSING: Record<Subject, string> = {
  account: 'Пользователь не найден',
  post: 'Пост не найден',
  comment: 'Комментарий не найден',
  room: 'Чат не найден',
  message: 'Сообщение не найдено',
};

/** Codes whose message is shown where a route here has worded it. core's messages are English. */
const WORDED_HERE: readonly ErrorCode[] = ['forbidden', 'not_found', 'email_taken'];

/** core's names of fields, and social's. */
const FIELDS: Readonly<Record<string, string>> = { body: 'description' };

/** Issues of a malformed body; all others are of a value that breaks a rule. */
const MALFORMED: readonly Issue['reason'][] = ['required', 'type', 'json'];

export function presentError(error: AppError): Answer {
  if (error.issues.some(isMalformed)) return validationFailure(error, FIELDS);
  return failure(statusOf(error), errorText(error));
}

/** Programs make paths and queries, so their issues are always answered with FastAPI's list. */
function isMalformed({ reason, in: part = 'body' }: Issue): boolean {
  return part !== 'body' || MALFORMED.includes(reason);
}

function statusOf({ code }: AppError): number {
  return WORDS[code].status;
}

function detailOf({ code, subject, media, message }: AppError): string {
  if (media) return `Тип «${media.came}» не поддерживается: нужен ${media.taken.join(' или ')}`;
  if (code === 'not_found' && subject) return MISSING[subject];
  return WORDED_HERE.includes(code) && message !== ERRORS[code].message ? message : WORDS[code].detail;
}

/** The reason as one text, with the name of each invalid field. */
export function errorText(error: AppError): string {
  return error.issues.map((issue) => `${subjectOf(issue)} ${RULES[issue.reason](issue)}`).join('. ') || detailOf(error);
}

/** The grammatical subjects are neuter, as are those of the rules. */
const SUBJECTS: Readonly<Record<string, string>> = {
  '': 'Тело запроса',
  text: 'Сообщение',
  username: 'Поле «Имя пользователя»',
  email: 'Поле «Электронная почта»',
  password: 'Поле «Пароль»',
  body: 'Поле «Описание»',
  title: 'Поле «Название»',
  avatar: 'Поле «Картинка»',
  users: 'Поле «Участники»',
  images: 'Поле «Изображения»',
};

function subjectOf({ field }: Issue): string {
  return SUBJECTS[field] ?? `Поле «${FIELDS[field] ?? field}»`;
}

const RULES: Record<Issue['reason'], (issue: Issue) => string> = {
  required: () => 'обязательно',
  type: () => 'имеет неверный тип',
  json: () => 'не является JSON',
  blank: () => 'не может быть пустым',
  short: ({ limit }) => `не может быть короче ${counted(limit, 'символа', 'символов')}`,
  long: ({ limit }) =>
    limit === undefined ? 'слишком длинное' : `не может быть длиннее ${counted(limit, 'символа', 'символов')}`,
  many: ({ limit }) => `не может содержать больше ${counted(limit, 'записи', 'записей')}`,
  low: ({ limit }) => `не может быть меньше ${limit}`,
  high: ({ limit }) => `не может быть больше ${limit}`,
  format: ({ field }) => FORMATS[field] ?? 'содержит недопустимые символы',
  token: () => 'не должно содержать токен входа',
};

const FORMATS: Readonly<Record<string, string>> = {
  '': 'имеет неверный формат',
  username: 'не подходит: такое имя недопустимо',
  email: 'должно быть адресом электронной почты',
  avatar: 'должно быть веб-адресом',
};

/** The number with its noun in the genitive, as comparisons want it. */
function counted(count = 0, one: string, many: string): string {
  return `${count} ${count % 10 === 1 && count % 100 !== 11 ? one : many}`;
}
