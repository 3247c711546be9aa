// Koine's board as an Express 5 application on Sequelize 6: the same responses from the same rows, in its own database.
import { createServer } from 'node:http';
import { join } from 'node:path';
import express, { type Handler, type Request } from 'express';
import jwt from 'jsonwebtoken';
import { DataTypes, type Row, Sequelize } from 'sequelize';
import { startEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';

const { PORT, DATA_DIR = '', JWT_SECRET = '' } = process.env;
const COMMENTS_SHOWN = 50;

// The same PostgreSQL as Koine's, with the same settings.
const postgres = await startEmbeddedPostgres(join(DATA_DIR, 'postgres'));
const { host, port, username, password, database } = postgres.connection;
const sequelize = new Sequelize(database, username, password, {
  dialect: 'postgres',
  host,
  port,
  logging: false,
  pool: { max: 10 },
  define: { underscored: true, updatedAt: false },
});

const User = sequelize.define(
  'User',
  {
    username: { type: DataTypes.TEXT, allowNull: false },
    usernameKey: { type: DataTypes.TEXT, allowNull: false, unique: true },
    email: { type: DataTypes.TEXT, unique: true },
    avatarUrl: DataTypes.TEXT,
  },
  { tableName: 'accounts' },
);
const Message = sequelize.define(
  'Message',
  {
    body: { type: DataTypes.TEXT, allowNull: false },
    likesCount: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
  },
  { tableName: 'posts' },
);
const Comment = sequelize.define(
  'Comment',
  { body: { type: DataTypes.TEXT, allowNull: false } },
  { tableName: 'comments' },
);
const Like = sequelize.define(
  'Like',
  {
    postId: { type: DataTypes.INTEGER, primaryKey: true },
    accountId: { type: DataTypes.INTEGER, primaryKey: true },
  },
  { tableName: 'likes' },
);
Message.belongsTo(User, { as: 'owner', foreignKey: 'authorId' });
Message.hasMany(Comment, { as: 'comments', foreignKey: 'postId' });
Comment.belongsTo(User, { as: 'owner', foreignKey: 'authorId' });

const PUBLIC = ['id', 'username', 'email', 'avatarUrl'];
// A new object per query, as Sequelize mutates its options.
const owner = () => ({ model: User, as: 'owner', attributes: PUBLIC });
// A separate query for all messages of a page: in a join, LIMIT would count comments.
const newestComments = () => ({
  model: Comment,
  as: 'comments',
  separate: true,
  limit: COMMENTS_SHOWN,
  order: [['id', 'DESC']],
  include: [owner()],
});

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.use(express.json());
app.use(express.urlencoded());

app.get('/status', (_request, response) => response.end('ok'));

/** The password is not checked: signing in is not measured. */
app.post('/token', async (request, response) => {
  const user = await User.findOne({ where: { usernameKey: String(request.body.username) } });
  if (!user) return response.status(401).json({ detail: 'Incorrect username or password' });
  response.json({ access_token: jwt.sign({ sub: String(user.id) }, JWT_SECRET), token_type: 'bearer' });
});

app.get('/messages/', maybeUser, async (request, response) => {
  response.json(await page(request, {}));
});

app.get('/users/:username/messages', maybeUser, async (request, response) => {
  const user = await User.findOne({ where: { usernameKey: request.params.username } });
  if (!user) return response.status(404).json({ detail: 'User not found' });
  response.json(await page(request, { authorId: user.id }));
});

app.post('/messages/', requireUser, async (request, response) => {
  const { user, query, body } = request;
  if (Number(query.owner_id) !== user?.id)
    return response.status(403).json({ detail: 'Not authorized to post for this user' });
  const message = await Message.create({ authorId: user.id, body: body.text });
  response.status(201).json(presentMessage({ ...message.get(), owner: user, comments: [] }, user, false));
});

app.post('/messages/:id/like', requireUser, async (request, response) => {
  const like = { postId: Number(request.params.id), accountId: request.user?.id };
  const likes = await sequelize.transaction(async (transaction) => {
    const removed = await Like.destroy({ where: like, transaction });
    if (removed === 0) await Like.create(like, { transaction });
    const by = removed === 0 ? 1 : -1;
    const [[rows]] = await Message.increment('likesCount', { by, where: { id: like.postId }, transaction });
    return { likes_count: rows?.[0]?.likes_count, is_liked_by_user: removed === 0 };
  });
  response.json(likes);
});

async function page({ query, user }: Request, where: object): Promise<object[]> {
  const messages = await Message.findAll({
    where,
    include: [owner(), newestComments()],
    order: [['id', 'DESC']],
    offset: Number(query.skip ?? 0),
    limit: Number(query.limit ?? 100),
  });
  const liked = new Set<unknown>();
  if (user) {
    const postIds = messages.map(({ id }) => id);
    const likes = await Like.findAll({ where: { accountId: user.id, postId: postIds }, raw: true });
    for (const { postId } of likes) liked.add(postId);
  }
  return messages.map((message) => presentMessage(message, user, liked.has(message.id)));
}

type Viewer = Row | null | undefined;

/** E-mail addresses are for members. */
function presentUser({ id, username, email, avatarUrl }: Row, viewer: Viewer): object {
  return { id, username, email: viewer ? (email ?? '') : '', avatar_url: avatarUrl ?? null };
}

function presentComment({ id, body, createdAt, owner }: Row, viewer: Viewer): object {
  return { id, text: body, timestamp: createdAt, owner: presentUser(owner as Row, viewer) };
}

function presentMessage({ id, body, createdAt, owner, comments, likesCount }: Row, viewer: Viewer, isLiked: boolean) {
  // Sequelize drops the order of an include with a limit.
  const ordered = (comments as Row[]).toSorted((a, b) => Number(a.id) - Number(b.id));
  return {
    id,
    text: body,
    timestamp: createdAt,
    owner: presentUser(owner as Row, viewer),
    comments: ordered.map((comment) => presentComment(comment, viewer)),
    likes_count: likesCount,
    is_liked_by_user: isLiked,
  };
}

async function findUser(request: Request): Promise<Row | null> {
  const token = request.headers.authorization?.split(' ')[1];
  if (!token) return null;
  const { sub } = jwt.verify(token, JWT_SECRET);
  return User.findByPk(sub, { attributes: PUBLIC });
}

async function maybeUser(...[request, _response, next]: Parameters<Handler>): Promise<void> {
  request.user = await findUser(request);
  next();
}

async function requireUser(...[request, response, next]: Parameters<Handler>): Promise<void> {
  request.user = await findUser(request);
  if (request.user) next();
  else response.status(401).json({ detail: 'Could not validate credentials' });
}

const server = createServer(app).listen(Number(PORT), '127.0.0.1', 1024);

process.once('SIGTERM', async () => {
  server.close();
  server.closeAllConnections();
  await sequelize.close();
  await postgres.stop();
  process.exit(0);
});
