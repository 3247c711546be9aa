/** social's errors: `{"detail": "<text>"}` in Russian, and for bad input FastAPI's list of all that is wrong. */
import { type AppError, ERRORS, type ErrorCode, type Issue, type Subject } from '../../errors.ts';
import type { Answer } from '../dialect.ts';
import { failure, validationFailure } from '../fastapi-errors.ts';

const WORDS: Record<ErrorCode, { readonly status: number; readonly detail: string }> = {
  invalid: { status: 422, detail: 'Некорректные данные' },
  unauthenticated: { status: 401, detail: 'Не удалось подтвердить учетные данные' },
  bad_credentials: { status: 401, detail: 'Проверьте введеные данные!' },
  username_taken: { status: 403, detail: 'Имя пользователя уже занято!' },
  email_taken: { status: 403, detail: 'Вы уже зарегистрированы!' },
  forbidden: { status: 403, detail: 'Недостаточно прав' },
  accounts_elsewhere: { status: 403, detail: 'Учетные записи ведет другой сервис: войдите через него' },
  not_found: { status: 404, detail: 'Не найдено' },
  self_friend: { status: 400, detail: 'Нельзя добавить в друзья самого себя' },
  self_chat: { status: 400, detail: 'Нельзя создать чат с самим собой' },
  already_friends: { status: 409, detail: 'Пользователь уже находится в друзьях' },
  not_friends: { status: 404, detail: 'Пользователь не находится в друзьях' },
  method_not_allowed: { status: 405, detail: 'Метод не поддерживается' },
  already_in: { status: 409, detail: 'Вы уже подключены' },
  too_large: { status: 413, detail: 'Слишком большой запрос, файл или изображение, или слишком много файлов' },
  unsupported_media_type: {
    status: 415,
    detail:
      'Нужна форма multipart/form-data с целыми изображениями JPEG, PNG, WebP, GIF или AVIF; анимация принимается в GIF и WebP',
  },
  upgrade_required: { status: 426, detail: 'По этому адресу доступен только WebSocket' },
  rate_limited: { status: 429, detail: 'Слишком много запросов, попробуйте позже' },
  internal: { status: 500, detail: 'Внутренняя ошибка сервера' },
  overloaded: { status: 503, detail: 'Сервер перегружен, попробуйте позже' },
  unavailable: { status: 503, detail: 'Сервис временно недоступен, попробуйте позже' },
};

const MISSING: Record<Subject, string> = {
  account: 'Пользователь не найден',
  post: 'Пост не найден',
  comment: 'Комментарий не найден',
  room: 'Чат не найден',
};

/** The codes for which routes here have words of their own; core's are English. */
const WORDED_HERE: readonly ErrorCode[] = ['forbidden', 'not_found', 'email_taken'];

/** What core calls otherwise than social's clients do. */
const FIELDS: Readonly<Record<string, string>> = { body: 'description' };

export function presentError(error: AppError): Answer {
  return error.code === 'invalid' ? validationFailure(error, FIELDS) : failure(statusOf(error), detailOf(error));
}

function statusOf({ code }: AppError): number {
  return WORDS[code].status;
}

function detailOf({ code, subject, message }: AppError): string {
  if (code === 'not_found' && subject) return MISSING[subject];
  return WORDED_HERE.includes(code) && message !== ERRORS[code].message ? message : WORDS[code].detail;
}

/** One line for a frame of a socket. */
export function errorText(error: AppError): string {
  const [issue] = error.issues;
  return issue === undefined ? detailOf(error) : issueText(issue);
}

function issueText({ reason, limit }: Issue): string {
  if (reason === 'blank') return 'Сообщение не может быть пустым';
  if (reason === 'long') return `Сообщение не может быть длиннее ${limit} символов`;
  return 'Сообщение содержит недопустимые символы';
}
