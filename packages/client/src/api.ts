/** Made from the OpenAPI document of the native API by test/sdk/api.test.ts. Do not edit. */

export interface paths {
    readonly "/v1/accounts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Create an account and sign in */
        readonly post: operations["signUp"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/session": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Sign in
         * @description An account with a second factor answers `code_required`: send the same again with `code`.
         */
        readonly post: operations["signIn"];
        /**
         * Sign out
         * @description Ends the session of the token, and clears the cookie. Without a session there is nothing to end.
         */
        readonly delete: operations["signOut"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/sessions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the caller's sessions, the newest first */
        readonly get: operations["listSessions"];
        readonly put?: never;
        readonly post?: never;
        /**
         * End all other sessions of the caller, with their connections
         * @description Access tokens stay.
         */
        readonly delete: operations["removeOtherSessions"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/sessions/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** End a session of the caller, with its connections */
        readonly delete: operations["removeSession"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tokens": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the caller's access tokens, the newest first */
        readonly get: operations["listTokens"];
        readonly put?: never;
        /**
         * Make an access token for a program
         * @description It is sent as the token of a session is, also to the other APIs. A new password ends it.
         */
        readonly post: operations["createToken"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tokens/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Revoke an access token, with its connections */
        readonly delete: operations["removeToken"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/app-passwords": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the caller's app passwords, the newest first */
        readonly get: operations["listAppPasswords"];
        readonly put?: never;
        /**
         * Make a password for a program
         * @description The program signs in with it through one of the other APIs, which cannot ask for the code of a second factor. Such a session reads and writes; it cannot moderate, or change how the account is signed in to.
         */
        readonly post: operations["createAppPassword"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/app-passwords/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Revoke an app password, with the sessions that it began */
        readonly delete: operations["removeAppPassword"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/second-factor": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** See whether signing in takes a code */
        readonly get: operations["getSecondFactor"];
        /**
         * Turn the second factor on
         * @description From now on signing in takes a code of the app or a recovery code; through the other APIs it takes an app password.
         */
        readonly put: operations["turnOnSecondFactor"];
        /**
         * Make a secret for an app of one-time passwords
         * @description It is in use when `PUT` has shown a code of it.
         */
        readonly post: operations["prepareSecondFactor"];
        /** Turn the second factor off */
        readonly delete: operations["turnOffSecondFactor"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/second-factor/recovery-codes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Make new recovery codes in place of all earlier ones */
        readonly post: operations["renewRecoveryCodes"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/session/confirmation": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Show once more who you are
         * @description For 15 minutes, as after signing in, the session may change how the account is signed in to.
         */
        readonly put: operations["confirmSession"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/passkeys": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the caller's passkeys, the newest first */
        readonly get: operations["listPasskeys"];
        readonly put?: never;
        /** Add the passkey that a device made */
        readonly post: operations["addPasskey"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/passkeys/challenge": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Get what a device needs to make a passkey */
        readonly post: operations["preparePasskey"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/passkeys/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Remove a passkey */
        readonly delete: operations["removePasskey"];
        readonly options?: never;
        readonly head?: never;
        /** Rename a passkey */
        readonly patch: operations["renamePasskey"];
        readonly trace?: never;
    };
    readonly "/v1/session/passkey/challenge": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Get what a device needs to sign in by a passkey */
        readonly post: operations["challengePasskey"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/session/passkey": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Sign in by a passkey
         * @description The device says whose it is. No code is asked for: it has checked a finger or a PIN.
         */
        readonly post: operations["signInByPasskey"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/session/confirmation/passkey": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Show once more who you are, by a passkey */
        readonly put: operations["confirmByPasskey"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/sign-in": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** See how people sign in */
        readonly get: operations["getSignInWays"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/sign-in/{provider}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Go to a provider to sign in there
         * @description For browsers, not for programs. They come back to the callback, and from there to `to`.
         */
        readonly get: operations["beginSignIn"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/sign-in/{provider}/callback": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Come back from a provider
         * @description Sets the cookie of the session. If it failed, `to` gets `?failed=` with the code of the problem.
         */
        readonly get: operations["endSignIn"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/identities": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the providers where the caller may sign in */
        readonly get: operations["listIdentities"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/identities/{provider}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Begin to link an account at a provider
         * @description Send the browser to `url`. It comes back to the settings, and may sign in there from then on.
         */
        readonly put: operations["linkIdentity"];
        readonly post?: never;
        /** Unlink a provider */
        readonly delete: operations["removeIdentity"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/me": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Get the caller's own account */
        readonly get: operations["getMe"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete the caller's account and everything that it wrote
         * @description All its sessions end at once. After a time of grace (`DELETION_GRACE` of the server) it is deleted with what it wrote; signing in before keeps it. The last owner of the community makes somebody else owner first.
         */
        readonly delete: operations["deleteMe"];
        readonly options?: never;
        readonly head?: never;
        /** Change the caller's name, bio, settings, language, privacy or push settings */
        readonly patch: operations["updateMe"];
        readonly trace?: never;
    };
    readonly "/v1/me/avatar": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Set the caller's picture */
        readonly put: operations["setAvatar"];
        readonly post?: never;
        /** Remove the caller's picture */
        readonly delete: operations["removeAvatar"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/me/password": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Change the password
         * @description Ends all sessions of the account, and begins a new one for the caller.
         */
        readonly put: operations["setPassword"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/me/export": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get all data of the account, as an archive
         * @description `account.json` has the account and its sessions, `records/` everything that it wrote, in the format that `koine import` reads, and `files/` its pictures.
         */
        readonly get: operations["getExport"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/me/email": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Get the caller's e-mail address, and the one that waits to be verified */
        readonly get: operations["getEmail"];
        /**
         * Change the e-mail address
         * @description It changes when the link in the letter to the new address is opened; on a server that sends no mail, at once. The previous address is notified.
         */
        readonly put: operations["setEmail"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/verifications": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Verify an e-mail address by the link in a letter
         * @description On any device: it takes no session.
         */
        readonly put: operations["verifyEmail"];
        /** Ask for another letter that verifies the e-mail address */
        readonly post: operations["requestVerification"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/resets": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Choose a new password by the link in a letter
         * @description Ends all sessions of the account. Sign in with the new password then.
         */
        readonly put: operations["completeReset"];
        /**
         * Ask for a letter by which a forgotten password is replaced
         * @description The answer is the same whether there is such an account or not. The link in the letter is good for an hour, once; an account gets three letters in an hour at most.
         */
        readonly post: operations["requestReset"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/sync": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get all that a client shows at first
         * @description Of one moment, with the positions from which `/v1/live` goes on.
         */
        readonly get: operations["getSync"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Receive events without a socket
         * @description All streams of the caller: `me`, `board`, and the rooms. With `Accept: text/event-stream` the answer does not end: `id` is the cursor behind the event, `event` its type, `data` the event as on the socket. Otherwise it has what happened since the cursor. After a `reset` the stream has to be fetched again; its later events follow.
         */
        readonly get: operations["getEvents"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/people": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List or find people
         * @description Usernames that begin with `query` come first, then names that do, then those that are alike.
         */
        readonly get: operations["listPeople"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/people/{personId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Get an account */
        readonly get: operations["getPerson"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/friends": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the caller's friends */
        readonly get: operations["listFriends"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/friends/{personId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Become friends with an account
         * @description At once, for both, where the other lets the caller (`privacy` of Me) or has asked; else they are asked, and the answer is 202. To friends it changes nothing.
         */
        readonly put: operations["addFriend"];
        readonly post?: never;
        /**
         * End a friendship
         * @description At once, for both. Without one there is nothing to end.
         */
        readonly delete: operations["removeFriend"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/friend-requests": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List who asked the caller to become a friend, or whom the caller asked
         * @description `PUT /v1/friends/{id}` accepts.
         */
        readonly get: operations["listFriendRequests"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/friend-requests/{personId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Decline a request, or take one back
         * @description A declined account is not told, and does not ask again.
         */
        readonly delete: operations["removeFriendRequest"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/blocks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the accounts that the caller has blocked */
        readonly get: operations["listBlocks"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/blocks/{personId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Block an account
         * @description Ends a friendship. The account can no longer write to the caller alone, befriend the caller or add them to rooms; what it writes elsewhere is left out of the answers for the caller.
         */
        readonly put: operations["addBlock"];
        readonly post?: never;
        /** Take a block back */
        readonly delete: operations["removeBlock"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/posts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List posts, newest first
         * @description Posts of accounts that the caller has blocked are left out.
         */
        readonly get: operations["listPosts"];
        readonly put?: never;
        /** Write a post */
        readonly post: operations["createPost"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/people/{personId}/posts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the posts of an account, newest first */
        readonly get: operations["listPostsOf"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/posts/{postId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get a post
         * @description The `ETag` is for the `If-Match` of an edit: it does not change with likes and comments.
         */
        readonly get: operations["getPost"];
        readonly put?: never;
        readonly post?: never;
        /** Delete a post, with its comments and likes */
        readonly delete: operations["deletePost"];
        readonly options?: never;
        readonly head?: never;
        /** Edit a post */
        readonly patch: operations["updatePost"];
        readonly trace?: never;
    };
    readonly "/v1/posts/{postId}/like": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Like a post */
        readonly put: operations["setLike"];
        readonly post?: never;
        /** Remove a like */
        readonly delete: operations["removeLike"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/posts/{postId}/likes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List who likes a post, the newest first */
        readonly get: operations["listLikes"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/posts/{postId}/bookmark": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Bookmark a post
         * @description Nobody else sees it.
         */
        readonly put: operations["setBookmark"];
        readonly post?: never;
        /**
         * Remove a bookmark
         * @description Nobody else sees it.
         */
        readonly delete: operations["removeBookmark"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/bookmarks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the caller's bookmarked posts, the newest bookmark first */
        readonly get: operations["listBookmarks"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/posts/{postId}/comments": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the comments on a post, oldest first */
        readonly get: operations["listComments"];
        readonly put?: never;
        /** Comment on a post */
        readonly post: operations["createComment"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/comments/{commentId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete a comment
         * @description By its author, the author of the post, or an admin.
         */
        readonly delete: operations["deleteComment"];
        readonly options?: never;
        readonly head?: never;
        /** Edit a comment */
        readonly patch: operations["updateComment"];
        readonly trace?: never;
    };
    readonly "/v1/notifications": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the caller's notifications, newest first */
        readonly get: operations["listNotifications"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/notifications/read": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Mark a notification as read, with all before it */
        readonly put: operations["setNotificationsRead"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/push/key": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Get the key for subscriptions to Web Push */
        readonly get: operations["getPushKey"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/me/push": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Push to a browser of this session
         * @description It is notified of mentions, answers and comments, and of all messages in rooms where the account wants that, if they are not read within a few seconds. It ends with the session. An account has 20; the oldest makes room.
         */
        readonly put: operations["setPush"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/me/push/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Stop pushing to a browser */
        readonly delete: operations["removePush"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/me/usage": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get how many bytes the account stores, and how many it may
         * @description Texts, files with their previews, and the lengths of unfinished uploads.
         */
        readonly get: operations["getUsage"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/files/{fileId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Get a file, without its bytes */
        readonly get: operations["getFile"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /**
         * Say what an uploaded file shows
         * @description Until a post or a message has it.
         */
        readonly patch: operations["updateFile"];
        readonly trace?: never;
    };
    readonly "/v1/files/{fileId}/content": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get the bytes of a file
         * @description Its owner and the members of its room read it; everybody reads what a post has. Parts are answered (`Range`, `If-Range`). Pictures, films and sounds are shown in place by browsers; everything else is saved. Where files are in an object store, the answer leads to a link there that is good for an hour.
         */
        readonly get: operations["getFileContent"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/files/{fileId}/preview": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get the small form of a picture
         * @description Its owner and the members of its room read it; everybody reads what a post has. Parts are answered (`Range`, `If-Range`). Pictures, films and sounds are shown in place by browsers; everything else is saved. Where files are in an object store, the answer leads to a link there that is good for an hour.
         */
        readonly get: operations["getFilePreview"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/search": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Find messages, posts, people or rooms that the caller may see
         * @description Messages and posts come newest first, and are found about a second after they were written. A page may have fewer items than `limit` although there is a next one.
         */
        readonly get: operations["findTexts"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/catch-up": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Summarize what the caller missed
         * @description Goes back 30 days at most; `since` says how far.
         */
        readonly get: operations["getCatchUp"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/messages": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List messages of a room: the newest, or those before, after or around a position or a time
         * @description Deleted messages are tombstones. Messages of accounts that the caller has blocked are left out.
         */
        readonly get: operations["listMessages"];
        readonly put?: never;
        /** Send a message to a room */
        readonly post: operations["createMessage"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/messages/{seq}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get a message
         * @description The `ETag` is for the `If-Match` of an edit: it does not change with reactions and pins.
         */
        readonly get: operations["getMessage"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete a message
         * @description By its author, by an owner or moderator of the room, or by an admin. It leaves a tombstone.
         */
        readonly delete: operations["deleteMessage"];
        readonly options?: never;
        readonly head?: never;
        /** Replace the text of a message */
        readonly patch: operations["updateMessage"];
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/messages/{seq}/reactions/{emoji}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** React to a message */
        readonly put: operations["addReaction"];
        readonly post?: never;
        /** Take a reaction back */
        readonly delete: operations["removeReaction"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/pins": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the pinned messages of a room, the last pinned first */
        readonly get: operations["listPins"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/pins/{seq}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Pin a message
         * @description By a member of the room; in the lobby by an admin. A room has at most 50 pins.
         */
        readonly put: operations["addPin"];
        readonly post?: never;
        /** Take a pin away */
        readonly delete: operations["removePin"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/reads": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List how far the members of a room have read
         * @description Of rooms with up to 50 members; of others it is empty.
         */
        readonly get: operations["listReaders"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rooms": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the caller's rooms and the lobby
         * @description Rooms with the newest messages come first.
         */
        readonly get: operations["listRooms"];
        readonly put?: never;
        /**
         * Create a group, or open the direct room with an account
         * @description Two accounts have one direct room: if there is one, it is answered.
         */
        readonly post: operations["createRoom"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Get a room */
        readonly get: operations["getRoom"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete a group with all its messages
         * @description By owners.
         */
        readonly delete: operations["deleteRoom"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Change a group, or who may write in the lobby
         * @description By owners and moderators of the group; `posting` of the lobby, by moderators of the community.
         */
        readonly patch: operations["updateRoom"];
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/avatar": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Set a group's picture
         * @description By owners and moderators of the group.
         */
        readonly put: operations["setRoomAvatar"];
        readonly post?: never;
        /**
         * Remove a group's picture
         * @description By owners and moderators of the group.
         */
        readonly delete: operations["removeRoomAvatar"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/read": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Say how far a room has been read
         * @description It only grows, up to the newest position.
         */
        readonly put: operations["setRoomRead"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/notify": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Choose what of a room to be notified of */
        readonly put: operations["setRoomNotify"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/members": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the members of a room
         * @description Members of longest standing come first. The lobby has none: it is of everybody.
         */
        readonly get: operations["listMembers"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/members/{personId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Add somebody to a group, or give a member another role
         * @description Owners and moderators add people; owners give roles.
         */
        readonly put: operations["setMember"];
        readonly post?: never;
        /**
         * Leave a group, or take somebody out of it
         * @description Moderators remove members, owners remove anybody. The last owner is followed by the oldest member.
         */
        readonly delete: operations["removeMember"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/invites": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the invitations to a group that are good
         * @description By owners and moderators; the newest come first.
         */
        readonly get: operations["listInvites"];
        readonly put?: never;
        /**
         * Create an invitation to a group
         * @description By owners and moderators; at most 50 are good at a time.
         */
        readonly post: operations["createInvite"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/invites/{code}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Revoke an invitation
         * @description By owners and moderators.
         */
        readonly delete: operations["deleteInvite"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/invites/{code}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** See what an invitation leads to */
        readonly get: operations["getInvite"];
        readonly put?: never;
        /**
         * Join a group by an invitation
         * @description For members it changes nothing.
         */
        readonly post: operations["acceptInvite"];
        /**
         * Revoke an invitation to the community
         * @description By moderators, admins and owners.
         */
        readonly delete: operations["deleteCommunityInvite"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/hooks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the incoming hooks of a room, the newest first
         * @description By owners and moderators of a group; of the lobby, by admins.
         */
        readonly get: operations["listIncomingHooks"];
        readonly put?: never;
        /**
         * Make an incoming hook: a secret address by which programs write in the room
         * @description By owners and moderators of a group; of the lobby, by admins. A room has at most 20.
         */
        readonly post: operations["createIncomingHook"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/hooks/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Remove an incoming hook; what it wrote stays */
        readonly delete: operations["removeIncomingHook"];
        readonly options?: never;
        readonly head?: never;
        /** Give an incoming hook another name or picture */
        readonly patch: operations["updateIncomingHook"];
        readonly trace?: never;
    };
    readonly "/v1/rooms/{roomId}/hooks/{id}/secret": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Give an incoming hook new addresses; its former ones end at once */
        readonly post: operations["renewIncomingHook"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/hooks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the outgoing hooks of a room or, without one, of the board, the newest first
         * @description By owners and moderators of a group; of the lobby and the board, by admins.
         */
        readonly get: operations["listHooks"];
        readonly put?: never;
        /**
         * Have events of a room or of the board sent to an address
         * @description In order and at least once, to public addresses by https. By owners and moderators of a group; of the lobby and the board, by admins. There are at most 10 of each.
         */
        readonly post: operations["createHook"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/hooks/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Remove an outgoing hook */
        readonly delete: operations["removeHook"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Change an outgoing hook, or turn it off or on
         * @description One that is turned on goes on with the next event.
         */
        readonly patch: operations["updateHook"];
        readonly trace?: never;
    };
    readonly "/v1/hooks/{id}/deliveries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the attempts to send events to an outgoing hook, the newest first
         * @description The last 200 are kept.
         */
        readonly get: operations["listDeliveries"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/hooks/{id}/deliveries/{deliveryId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send the event of a delivery again, at once
         * @description It has the same `webhook-id` as before.
         */
        readonly post: operations["requestDelivery"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/bots": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the caller's bots, the oldest first */
        readonly get: operations["listBots"];
        readonly put?: never;
        /**
         * Make a bot
         * @description An account that acts by access tokens alone. It is silenced and suspended with its owner, and deleted with it.
         */
        readonly post: operations["createBot"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/bots/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Delete a bot, with all that it wrote */
        readonly delete: operations["removeBot"];
        readonly options?: never;
        readonly head?: never;
        /** Give a bot another name or picture */
        readonly patch: operations["updateBot"];
        readonly trace?: never;
    };
    readonly "/v1/bots/{id}/tokens": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the access tokens of a bot, the newest first */
        readonly get: operations["listBotTokens"];
        readonly put?: never;
        /** Make an access token for a bot */
        readonly post: operations["createBotToken"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/bots/{id}/tokens/{tokenId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Revoke an access token of a bot, with its connections */
        readonly delete: operations["removeBotToken"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/server": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** See what this server can do */
        readonly get: operations["getServer"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/metrics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** See what the servers measured in the last hours */
        readonly get: operations["getHistory"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/storage": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** See how much is stored, and who stores the most */
        readonly get: operations["getStorage"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/settings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** See the settings in force, without secrets */
        readonly get: operations["listSettings"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/admin/accounts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List all accounts, the oldest first */
        readonly get: operations["listAccounts"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/community": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** See how the community is called and how people join it */
        readonly get: operations["getCommunity"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /**
         * Change the community
         * @description By admins and owners.
         */
        readonly patch: operations["updateCommunity"];
        readonly trace?: never;
    };
    readonly "/v1/community/avatar": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Set the community's picture
         * @description By admins and owners.
         */
        readonly put: operations["setCommunityAvatar"];
        readonly post?: never;
        /**
         * Remove the community's picture
         * @description By admins and owners.
         */
        readonly delete: operations["removeCommunityAvatar"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/setup": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Make the owner's account and name the community
         * @description Once, with the code that a server without accounts prints when it starts.
         */
        readonly post: operations["setUp"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/invites": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the invitations to the community that are good
         * @description For moderators, admins and owners; the newest come first.
         */
        readonly get: operations["listCommunityInvites"];
        readonly put?: never;
        /**
         * Create an invitation to the community
         * @description By moderators, admins and owners. The link for people is `/app/join/<code>`.
         */
        readonly post: operations["createCommunityInvite"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/applications": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the accounts that wait for approval
         * @description For moderators, admins and owners; the longest waiting ones come first.
         */
        readonly get: operations["listApplications"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/applications/{applicationId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Approve an account
         * @description By moderators, admins and owners. Its owner can sign in from then on.
         */
        readonly post: operations["approveApplication"];
        /**
         * Refuse an account
         * @description By moderators, admins and owners. The username is free again.
         */
        readonly delete: operations["refuseApplication"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/staff": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List owners, admins and moderators
         * @description For moderators, admins and owners.
         */
        readonly get: operations["listStaff"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/people/{personId}/role": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Appoint somebody
         * @description Owners give everybody any role; admins make members moderators, and moderators members. One owner remains always.
         */
        readonly put: operations["setRole"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/mutes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the accounts that the caller has muted */
        readonly get: operations["listMutes"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/mutes/{personId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Mute an account
         * @description Its actions no longer notify the caller; clients collapse its messages. It does not learn of that.
         */
        readonly put: operations["addMute"];
        readonly post?: never;
        /** Hear of an account again */
        readonly delete: operations["removeMute"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/reports": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List reports and appeals
         * @description For moderators. Open ones: the longest waiting come first; others: the newest.
         */
        readonly get: operations["listReports"];
        readonly put?: never;
        /**
         * Report a message, a post, a comment or an account to the moderators
         * @description The subject, and the texts around it, are kept as they are now. Reporting it again while it waits makes no second report. The reported account does not learn by whom.
         */
        readonly post: operations["createReport"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/reports/{reportId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get a report
         * @description For moderators.
         */
        readonly get: operations["getReport"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /**
         * Assign, resolve or dismiss a report
         * @description By moderators. `outcome` goes with `resolved`: `removed` deletes what was reported, and its author is told; `lifted` ends the sanction that was appealed; `sanctioned` and `nothing` say what was done otherwise.
         */
        readonly patch: operations["updateReport"];
        readonly trace?: never;
    };
    readonly "/v1/people/{personId}/sanctions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the sanctions against an account
         * @description For moderators; the newest come first.
         */
        readonly get: operations["listSanctions"];
        readonly put?: never;
        /**
         * Warn, silence, suspend or ban an account
         * @description By moderators, against those below them. `silence`: the account reads and does not write. `suspension`, `ban`: it does not get in, and its connections end at once. The account is notified, and never learns who reported it.
         */
        readonly post: operations["createSanction"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/me/sanctions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the sanctions against the caller */
        readonly get: operations["listOwnSanctions"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/sanctions/{sanctionId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Lift a sanction, or a ban of sign-ups
         * @description By moderators, before it ends by itself.
         */
        readonly delete: operations["liftSanction"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/sanctions/{sanctionId}/appeal": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Answer a sanction
         * @description Once, by whom it is against. The moderators find the answer among the reports.
         */
        readonly post: operations["appealSanction"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/appeals": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Answer a suspension or a ban
         * @description As `appealSanction`, for those who cannot sign in. A try counts like one at signing in.
         */
        readonly post: operations["appealExclusion"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/sign-up-bans": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the bans of sign-ups that are in force
         * @description For moderators; the newest come first.
         */
        readonly get: operations["listSignUpBans"];
        readonly put?: never;
        /**
         * Keep new accounts out by name, e-mail domain or network
         * @description By moderators. Accounts that exist are not touched. `DELETE /v1/sanctions/{id}` lifts it.
         */
        readonly post: operations["createSignUpBan"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/people/{personId}/purges": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Delete what an account wrote in the last hours
         * @description By moderators, of those below them: messages in all rooms, posts and comments.
         */
        readonly post: operations["purgeTexts"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/invites/{code}/raids": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Revoke an invitation to the community, and keep out all members who joined by it
         * @description By moderators, also after it was revoked. `since`: only who joined from then on. With `purge`, all that they wrote from then on is deleted. Moderators and admins who joined by it are left alone.
         */
        readonly post: operations["endRaid"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/cleanups/{cleanupId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * See how far a cleanup is
         * @description For moderators.
         */
        readonly get: operations["getCleanup"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/audit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the acts of moderation and administration
         * @description For admins and owners; the newest come first.
         */
        readonly get: operations["listAudit"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/audit/export": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get all acts of moderation and administration
         * @description For admins and owners: an entry a line, the oldest first.
         */
        readonly get: operations["exportAudit"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/live": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Receive events
         * @description The token comes in the Authorization header, the subprotocol `bearer, <token>`, or the cookie. Every frame is JSON with a `type`. A client silent for 60 s is gone: the server sends a `beat` every 25 s, which the client answers.
         *
         *     | | frame | |
         *     | --- | --- | --- |
         *     | in | `hello` | The first frame, within 10 s: the streams to follow, and from where. `heads`: whether to send the newest positions of the other rooms. |
         *     | in | `follow` | Follow more streams, from these positions. |
         *     | in | `unfollow` | Follow these streams no longer. |
         *     | in | `send` | Send a message. Answered by `result`, its data is the message, or `problem`. |
         *     | in | `typing` | You are typing. Passed on once in 3 s. |
         *     | in | `read` | You have read so far. It only grows. |
         *     | in | `watch` | Tell how these accounts are, now and when it changes. Replaces the list before it. |
         *     | in | `beat` | Answers a `beat` of the server. |
         *     | out | `message.created` | A message was sent. |
         *     | out | `message.edited` | A message as it is after an edit. |
         *     | out | `message.deleted` | A message was deleted: what is left is a tombstone. |
         *     | out | `reaction.added` | Somebody reacted to a message. |
         *     | out | `reaction.removed` | Somebody took a reaction back. |
         *     | out | `pin.added` | A message was pinned. |
         *     | out | `pin.removed` | A message is not pinned any more. |
         *     | out | `room.changed` | The room has another title or picture, or others may write in it. |
         *     | out | `member.joined` | Somebody is a member from now on. |
         *     | out | `member.left` | Somebody left or was removed. |
         *     | out | `member.changed` | A member has another role. |
         *     | out | `account.removed` | An account was deleted, and all that it wrote here. |
         *     | out | `post.created` | A post was published. |
         *     | out | `post.edited` | A post as it is after an edit. |
         *     | out | `post.deleted` | A post was deleted. |
         *     | out | `post.liked` | Somebody likes a post, or does not any more. `by` null: an account that is gone. |
         *     | out | `comment.created` | Somebody commented on a post. |
         *     | out | `comment.edited` | A comment as it is after an edit. |
         *     | out | `comment.deleted` | A comment was deleted. |
         *     | out | `room.joined` | You are in this room now: it is followed. |
         *     | out | `room.left` | You are not in this room any more: it is not followed. |
         *     | out | `read.moved` | How far you have read a room. |
         *     | out | `notify.changed` | Your notification setting of a room. |
         *     | out | `friend.added` | You have a new friend. |
         *     | out | `friend.removed` | Somebody is not your friend any more. |
         *     | out | `block.added` | You blocked somebody. |
         *     | out | `block.removed` | You unblocked somebody. |
         *     | out | `mute.added` | You muted somebody. |
         *     | out | `mute.removed` | You hear of somebody again. |
         *     | out | `session.ended` | One of your sessions has ended. |
         *     | out | `settings.changed` | Your account as it is now. |
         *     | out | `notification.created` | Somebody did something that concerns you. |
         *     | out | `notification.read` | You have read your notifications so far. `unread`: how many are left. |
         *     | out | `notification.removed` | The subject of notifications is gone, and they with it. `unread`: how many are left. |
         *     | out | `post.bookmarked` | You keep a post, or do not any more. |
         *     | out | `post.reacted` | You like a post, or do not any more. |
         *     | out | `reset` | The stream cannot be resumed from there, and is not followed: fetch it again, then `follow`. `seq`: its position now. |
         *     | out | `live` | All that `hello` asked for was sent: what follows is new. |
         *     | out | `heads` | The newest positions of rooms that are not followed, by stream; at most once a second. |
         *     | out | `typing` | Somebody is typing in the room, you perhaps. Show it for 5 s. |
         *     | out | `read` | A member of a direct room or a small group, you perhaps, has read so far. As `GET …/reads` tells. |
         *     | out | `people` | The accounts that you watch: all of them after `watch`, then what has changed, at most once a second. `online`: how many accounts are. |
         *     | out | `result` | The result of your frame with that `ref`. |
         *     | out | `problem` | Why a frame of yours was refused. |
         *     | out | `beat` | Answer with the same. |
         *     | out | `bye` | The server closes the connection. |
         *
         *     The frames' schemas: [AsyncAPI document](/docs/koine/asyncapi.json).
         */
        readonly get: operations["openLive"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/sign-in/{provider}/logout": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Say that somebody has signed out at a provider
         * @description For providers (OpenID Connect Back-Channel Logout 1.0): the sessions that they mean end.
         */
        readonly post: operations["endByProvider"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/files": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Upload a file
         * @description Of any type, as the body (its name in `Content-Disposition`) or as the one file of a form. Pictures (JPEG, PNG, WebP, GIF, AVIF) are re-encoded, without what a camera wrote into them. It is deleted after a day unless a post or a message has it by then. Large files are better sent in parts: `/v1/uploads`.
         */
        readonly post: operations["createFile"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/uploads": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Begin to upload a file in parts
         * @description By [tus](https://tus.io) 1.0. The bytes follow by PATCH to the `Location`, whose last segment is the id of the file, once all have come. An upload expires a day after its last part.
         */
        readonly post: operations["createUpload"];
        readonly delete?: never;
        /** Get the version and the extensions of tus, and the size of the largest file (in headers) */
        readonly options: operations["getUploadOptions"];
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/uploads/{uploadId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get how much of an upload has come
         * @description Also by HEAD, as tus does. A request that still sends a part of it ends.
         */
        readonly get: operations["getUpload"];
        readonly put?: never;
        readonly post?: never;
        /** Give an upload up */
        readonly delete: operations["removeUpload"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Send the next part of an upload
         * @description What came of an interrupted request stays: HEAD says how much. The answer to the last part comes when the file is stored.
         */
        readonly patch: operations["updateUpload"];
        readonly trace?: never;
    };
    readonly "/services/{team}/{hook}/{secret}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Write in a room by an incoming hook, in Slack's form
         * @description The path is `slackPath` of the hook. The body is JSON of at most 256 KiB, whatever its `Content-Type`, or a form with `payload`. It becomes Markdown text; what is longer than a message may be is cut. Every answer is a word of Slack.
         */
        readonly post: operations["createSlackMessage"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/webhooks/{id}/{secret}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get an incoming hook, in Discord's form
         * @description The path is `discordPath` of the hook; after `/api` it may have the version, `/v9` or `/v10`.
         */
        readonly get: operations["getDiscordHook"];
        readonly put?: never;
        /**
         * Write in a room by an incoming hook, in Discord's form
         * @description The path is `discordPath` of the hook; after `/api` it may have the version, `/v9` or `/v10`. JSON of at most 256 KiB, whatever its `Content-Type`, or a form with files. It becomes Markdown text; what is longer than a message may be is cut.
         */
        readonly post: operations["createDiscordMessage"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/webhooks/{id}/{secret}/messages/{message}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Get a message that the hook wrote */
        readonly get: operations["getDiscordMessage"];
        readonly put?: never;
        readonly post?: never;
        /** Delete a message that the hook wrote */
        readonly delete: operations["removeDiscordMessage"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Give a message that the hook wrote another text
         * @description JSON of at most 256 KiB, whatever its `Content-Type`, or a form with files. The files of the message stay as they are.
         */
        readonly patch: operations["updateDiscordMessage"];
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** NewAccount */
        readonly NewAccount: {
            /** @example ann */
            readonly username: string;
            /** @description The display name. */
            readonly name?: string;
            /** @example ann likes tea */
            readonly password: string;
            /** @example ann@example.org */
            readonly email?: string;
            /** @enum {string} */
            readonly language?: "en" | "ru";
            /** @description The code of an invitation to the community. */
            readonly invite?: string;
            /** @description A text for the moderators, where they approve accounts. */
            readonly application?: string;
        };
        /**
         * Privacy
         * @description Circles that may open a direct room with the account, add it to groups, and become its friend without a request.
         */
        readonly Privacy: {
            /** @enum {string} */
            readonly write: "everybody" | "friends_of_friends" | "friends" | "nobody";
            /** @enum {string} */
            readonly add: "everybody" | "friends_of_friends" | "friends" | "nobody";
            /** @enum {string} */
            readonly befriend: "everybody" | "friends_of_friends" | "friends" | "nobody";
        };
        /**
         * QuietHours
         * @description Nothing is pushed in them. They may pass midnight.
         */
        readonly QuietHours: {
            readonly from: string;
            readonly to: string;
            /** @description Of the IANA database, for example `Europe/Berlin`. */
            readonly timeZone: string;
        };
        /** PushSettings */
        readonly PushSettings: {
            /** @description Whether what is pushed has the beginning of the text. */
            readonly text: boolean;
            readonly quietHours: components["schemas"]["QuietHours"] | null;
        };
        /**
         * Silence
         * @description The caller may not write, until then; without `until`, for ever.
         */
        readonly Silence: {
            readonly id: string;
            readonly reason: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly until?: string;
            readonly appealed: boolean;
        };
        /**
         * Me
         * @description The caller's own account.
         */
        readonly Me: {
            readonly id: string;
            readonly username: string;
            /** @description The display name; without it: the username. */
            readonly name?: string;
            /** @description The URL of the picture; null: there is none. */
            readonly avatarUrl: string | null;
            /** @description A program writes as this account. */
            readonly bot?: boolean;
            readonly bio?: string;
            readonly online?: boolean;
            /** @description Null: none was given. */
            readonly email: string | null;
            readonly emailVerified: boolean;
            /** @enum {string} */
            readonly language?: "en" | "ru";
            readonly privacy: components["schemas"]["Privacy"];
            readonly push: components["schemas"]["PushSettings"];
            /** @enum {string} */
            readonly role: "owner" | "admin" | "moderator" | "member";
            readonly settings: {
                readonly [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            readonly silence?: components["schemas"]["Silence"];
        };
        /**
         * Session
         * @description The cookie `koine` is set to the token as well.
         */
        readonly Session: {
            readonly me: components["schemas"]["Me"];
            readonly token: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly expiresAt: string;
        };
        /**
         * Problem
         * @description Problem details (RFC 9457).
         */
        readonly Problem: {
            /** @description The page that explains the code. */
            readonly type: string;
            readonly title: string;
            readonly status: number;
            readonly detail: string;
            /** @description For programs. */
            readonly code: string;
            readonly errors?: readonly {
                /** @description The place in the body (JSON pointer). */
                readonly pointer?: string;
                /** @description Of the path, the query or the headers. */
                readonly parameter?: string;
                readonly code: string;
                readonly detail: string;
            }[];
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly until?: string;
            readonly sanction?: string;
            /** @description Why a moderator decided so. */
            readonly reason?: string;
            /** @description The id of the request, as in the log of the server. */
            readonly instance?: string;
        };
        /** Credentials */
        readonly Credentials: {
            /** @description A username or an e-mail address. */
            readonly login: string;
            readonly password: string;
            /** @description Of the second factor: six digits from the app, or a recovery code. */
            readonly code?: string;
        };
        /** OwnSession */
        readonly OwnSession: {
            readonly id: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description Its last use, to within some minutes.
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly usedAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly expiresAt: string;
            /** @description Browser and system, or the name of the program. */
            readonly device?: string;
            /** @description The program that signed in, as it calls itself. */
            readonly agent?: string;
            /** @description From where, as the start of the address (CIDR). */
            readonly network?: string;
            /** @description Whether it is the one of this request. */
            readonly current: boolean;
        };
        /** OwnSessions */
        readonly OwnSessions: {
            readonly items: readonly components["schemas"]["OwnSession"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** EndedSessions */
        readonly EndedSessions: {
            readonly ended: number;
        };
        /** AccessToken */
        readonly AccessToken: {
            readonly id: string;
            readonly name: string;
            /** @description `read`: what the account sees. `write`: what it says and changes. `moderate`: what its role allows. */
            readonly scopes: readonly ("read" | "write" | "moderate")[];
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly usedAt?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly expiresAt: string;
        };
        /** AccessTokens */
        readonly AccessTokens: {
            readonly items: readonly components["schemas"]["AccessToken"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** AccessTokenWish */
        readonly AccessTokenWish: {
            /** @description To tell it from others. */
            readonly name: string;
            /** @description `read`: what the account sees. `write`: what it says and changes. `moderate`: what its role allows. */
            readonly scopes: readonly ("read" | "write" | "moderate")[];
            /** @description Seconds. The default: 90 days. */
            readonly expiresIn?: number;
        };
        /** NewAccessToken */
        readonly NewAccessToken: {
            readonly id: string;
            readonly name: string;
            /** @description `read`: what the account sees. `write`: what it says and changes. `moderate`: what its role allows. */
            readonly scopes: readonly ("read" | "write" | "moderate")[];
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly usedAt?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly expiresAt: string;
            /** @description It is shown this once. */
            readonly token: string;
        };
        /** AppPassword */
        readonly AppPassword: {
            readonly id: string;
            readonly name: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly usedAt?: string;
        };
        /** AppPasswords */
        readonly AppPasswords: {
            readonly items: readonly components["schemas"]["AppPassword"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** AppPasswordWish */
        readonly AppPasswordWish: {
            /** @description To tell it from others. */
            readonly name: string;
        };
        /** NewAppPassword */
        readonly NewAppPassword: {
            readonly id: string;
            readonly name: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly usedAt?: string;
            /** @description It is shown this once. */
            readonly password: string;
        };
        /**
         * SecondFactor
         * @description Without `since` it is off.
         */
        readonly SecondFactor: {
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly since?: string;
            /** @description How many are left. */
            readonly recoveryCodes: number;
        };
        /** NewSecondFactor */
        readonly NewSecondFactor: {
            /** @description For an app of one-time passwords, typed by hand. */
            readonly secret: string;
            /** @description The same for the app as a QR code (`otpauth:`). */
            readonly uri: string;
        };
        /** FirstCode */
        readonly FirstCode: {
            /** @description Of the second factor: six digits from the app, or a recovery code. */
            readonly code: string;
        };
        /** RecoveryCodes */
        readonly RecoveryCodes: {
            /** @description They are shown this once, and count once each. */
            readonly recoveryCodes: readonly string[];
        };
        /** Confirmation */
        readonly Confirmation: {
            readonly password: string;
            /** @description Of the second factor: six digits from the app, or a recovery code. */
            readonly code?: string;
        };
        /** Passkey */
        readonly Passkey: {
            readonly id: string;
            readonly name: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly usedAt?: string;
        };
        /** Passkeys */
        readonly Passkeys: {
            readonly items: readonly components["schemas"]["Passkey"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** PasskeyAddition */
        readonly PasskeyAddition: {
            /** @description To tell it from others. */
            readonly name: string;
            readonly ticket: string;
            /** @description The answer of the device, as JSON (`toJSON()`). */
            readonly credential: {
                readonly id: string;
                readonly response: {
                    readonly clientDataJSON: string;
                    readonly attestationObject: string;
                };
            };
        };
        /** NewPasskeyChallenge */
        readonly NewPasskeyChallenge: {
            /** @description To be sent with the answer of the device; good for five minutes, once. */
            readonly ticket: string;
            /** @description For `navigator.credentials`, as JSON (WebAuthn Level 3). */
            readonly options: {
                readonly [key: string]: unknown;
            };
        };
        /** PasskeyName */
        readonly PasskeyName: {
            /** @description To tell it from others. */
            readonly name: string;
        };
        /** PasskeyChallenge */
        readonly PasskeyChallenge: {
            /** @description To be sent with the answer of the device; good for five minutes, once. */
            readonly ticket: string;
            /** @description For `navigator.credentials`, as JSON (WebAuthn Level 3). */
            readonly options: {
                readonly [key: string]: unknown;
            };
        };
        /** PasskeyProof */
        readonly PasskeyProof: {
            readonly ticket: string;
            /** @description The answer of the device, as JSON (`toJSON()`). */
            readonly credential: {
                readonly id: string;
                readonly response: {
                    readonly clientDataJSON: string;
                    readonly authenticatorData: string;
                    readonly signature: string;
                };
            };
        };
        /** SignInWays */
        readonly SignInWays: {
            /** @description Whether accounts sign in here, by a password or a passkey. */
            readonly password: boolean;
            /** @description Send the browser to `/v1/sign-in/{id}`. */
            readonly providers: readonly {
                readonly id: string;
                readonly name: string;
            }[];
        };
        /** Identity */
        readonly Identity: {
            readonly provider: string;
            readonly name: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
        };
        /** Identities */
        readonly Identities: {
            readonly items: readonly components["schemas"]["Identity"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** IdentityLink */
        readonly IdentityLink: {
            readonly url: string;
        };
        /** PrivacyChange */
        readonly PrivacyChange: {
            /** @enum {string} */
            readonly write?: "everybody" | "friends_of_friends" | "friends" | "nobody";
            /** @enum {string} */
            readonly add?: "everybody" | "friends_of_friends" | "friends" | "nobody";
            /** @enum {string} */
            readonly befriend?: "everybody" | "friends_of_friends" | "friends" | "nobody";
        };
        /** PushSettingsChange */
        readonly PushSettingsChange: {
            /** @description Whether what is pushed has the beginning of the text. */
            readonly text?: boolean;
            readonly quietHours?: components["schemas"]["QuietHours"] | null;
        };
        /**
         * MeChange
         * @description Omitted fields stay as they are.
         */
        readonly MeChange: {
            /** @description The display name; null: the username. */
            readonly name?: string | null;
            readonly bio?: string;
            readonly settings?: {
                readonly [key: string]: unknown;
            };
            /** @enum {string} */
            readonly language?: "en" | "ru";
            readonly privacy?: components["schemas"]["PrivacyChange"];
            readonly push?: components["schemas"]["PushSettingsChange"];
        };
        /** MeRemoval */
        readonly MeRemoval: {
            readonly password: string;
        };
        /**
         * MeRemoved
         * @description When it is deleted.
         */
        readonly MeRemoved: {
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly deletedAt: string;
        };
        /** PasswordChange */
        readonly PasswordChange: {
            readonly current: string;
            /** @description The new one. */
            readonly password: string;
        };
        /** OwnEmail */
        readonly OwnEmail: {
            /** @description Null: none was given. */
            readonly email: string | null;
            readonly verified: boolean;
            /** @description The address whose link has not been opened yet. */
            readonly pending?: string;
        };
        /** EmailChange */
        readonly EmailChange: {
            readonly email: string;
            /** @description The current one. */
            readonly password: string;
        };
        /** Verification */
        readonly Verification: {
            /** @description From the link in the letter, behind its `#`. */
            readonly secret: string;
        };
        /** ResetRequest */
        readonly ResetRequest: {
            /** @description A username or an e-mail address. */
            readonly login: string;
        };
        /** Reset */
        readonly Reset: {
            /** @description From the link in the letter, behind its `#`. */
            readonly secret: string;
            /** @description The new one. */
            readonly password: string;
        };
        /** Person */
        readonly Person: {
            readonly id: string;
            readonly username: string;
            /** @description The display name; without it: the username. */
            readonly name?: string;
            /** @description The URL of the picture; null: there is none. */
            readonly avatarUrl: string | null;
            /** @description A program writes as this account. */
            readonly bot?: boolean;
            readonly bio?: string;
            readonly online?: boolean;
        };
        /** File */
        readonly File: {
            readonly id: string;
            /** @enum {string} */
            readonly kind: "image" | "video" | "audio" | "file";
            readonly name: string;
            /** @description The media type. */
            readonly type: string;
            readonly bytes: number;
            readonly width?: number;
            readonly height?: number;
            /** @description Of a film or a sound that says it, in ms. */
            readonly duration?: number;
            /** @description The bytes, for who may read what it belongs to: by their token or cookie. */
            readonly url: string;
            /** @description A small form of a picture. */
            readonly previewUrl?: string;
            /** @description A ThumbHash in base64, shown until the picture is loaded. */
            readonly placeholder?: string;
            /** @description The file in words. */
            readonly alt?: string;
        };
        /** Reaction */
        readonly Reaction: {
            readonly emoji: string;
            readonly count: number;
            readonly mine: boolean;
        };
        /** Message */
        readonly Message: {
            /** @description A position in a stream. */
            readonly seq: number;
            readonly author: components["schemas"]["Person"];
            /** @description Empty where the message was deleted. */
            readonly body: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly editedAt?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly deletedAt?: string;
            readonly replyTo?: {
                /** @description A position in a stream. */
                readonly seq: number;
                readonly author: components["schemas"]["Person"];
                readonly excerpt: string;
            };
            /** @description The accounts that the text mentions. */
            readonly mentions: readonly string[];
            readonly files: readonly components["schemas"]["File"][];
            /** @description In answers only: events of reactions follow. */
            readonly reactions?: readonly components["schemas"]["Reaction"][];
            /** @description In answers only. */
            readonly pinned?: boolean;
        };
        /** Room */
        readonly Room: {
            readonly id: string;
            /** @enum {string} */
            readonly kind: "lobby" | "direct" | "group";
            /** @description Null: it is called by the names of its other members. */
            readonly title: string | null;
            /** @description The URL of the picture; null: there is none. */
            readonly avatarUrl: string | null;
            /** @enum {string} */
            readonly posting: "everybody" | "moderators";
            /** @description The first ten; the lobby is of everybody and has none. */
            readonly members?: readonly components["schemas"]["Person"][];
            readonly membersCount?: number;
            /** @enum {string} */
            readonly myRole: "owner" | "moderator" | "member";
            /** @description The position of the room that this answer shows. */
            readonly seq: number;
            /** @description How far the caller has read. */
            readonly readSeq: number;
            /** @description Messages after `readSeq`; 100 means 100 or more. */
            readonly unread: number;
            /** @description Unread messages that mention the caller; at most 100. */
            readonly mentions: number;
            /** @enum {string} */
            readonly notify: "all" | "mentions" | "nothing";
            readonly lastMessage: components["schemas"]["Message"] | null;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly activeAt: string;
        };
        /** Sync */
        readonly Sync: {
            /** @description Positions of another epoch say nothing about these streams. */
            readonly epoch: string;
            readonly me: components["schemas"]["Me"];
            readonly streams: {
                readonly me: number;
                readonly board: number;
            };
            /** @description From there `GET /v1/events` goes on, in all streams. */
            readonly cursor: string;
            /** @description Rooms with the newest messages, and the lobby in any case; `seq` is the position of each. */
            readonly rooms: readonly components["schemas"]["Room"][];
            /** @description By id: all that the rooms show. */
            readonly people: {
                readonly [key: string]: components["schemas"]["Person"];
            };
            readonly notifications: {
                /** @description 100 means 100 or more. */
                readonly unread: number;
            };
            /** @description How many accounts are online. */
            readonly online: number;
            /** @description The cursor of `GET /v1/rooms` for more. */
            readonly next: string | null;
        };
        /** Event */
        readonly Event: {
            /** @example message.created */
            readonly type: string;
            /**
             * @example me
             * @example board
             * @example room:5f0c5c70-0000-4000-8000-000000000000
             */
            readonly stream: string;
            /** @description A position in a stream. */
            readonly seq: number;
            readonly data: unknown;
        };
        /** Events */
        readonly Events: {
            readonly events: readonly components["schemas"]["Event"][];
            /** @description For the next call. */
            readonly cursor: string;
        };
        /** People */
        readonly People: {
            readonly items: readonly components["schemas"]["Person"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** Post */
        readonly Post: {
            readonly id: string;
            readonly author: components["schemas"]["Person"];
            readonly title?: string;
            readonly body: string;
            readonly images: readonly components["schemas"]["File"][];
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly editedAt?: string;
            readonly likesCount: number;
            readonly commentsCount: number;
            readonly viewsCount?: number;
            /** @description By the caller. In answers only. */
            readonly liked?: boolean;
            /** @description By the caller. In answers only. */
            readonly bookmarked?: boolean;
        };
        /** Posts */
        readonly Posts: {
            readonly items: readonly components["schemas"]["Post"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
            /** @description The position of the stream shown. */
            readonly seq: number;
        };
        /** NewPost */
        readonly NewPost: {
            readonly body: string;
            readonly title?: string;
            /** @description Ids of uploaded files, ten at most. */
            readonly images?: readonly string[];
        };
        /**
         * PostEdit
         * @description Omitted fields stay as they are.
         */
        readonly PostEdit: {
            readonly body?: string;
            readonly title?: string | null;
        };
        /** Liking */
        readonly Liking: {
            readonly liked: boolean;
            readonly likesCount: number;
        };
        /** Comment */
        readonly Comment: {
            readonly id: string;
            readonly postId: string;
            readonly author: components["schemas"]["Person"];
            readonly body: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly editedAt?: string;
        };
        /** Comments */
        readonly Comments: {
            readonly items: readonly components["schemas"]["Comment"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
            /** @description The position of the stream shown. */
            readonly seq: number;
        };
        /** CommentText */
        readonly CommentText: {
            readonly body: string;
        };
        /** Notification */
        readonly Notification: {
            readonly id: string;
            /** @enum {string} */
            readonly kind: "mention" | "reply" | "reaction" | "like" | "comment" | "friend" | "request" | "invite" | "moderation";
            readonly actor?: components["schemas"]["Person"];
            /** @description The subject: a room or a message of it, a post or a comment on it; a report, or a sanction. */
            readonly subject: {
                readonly room?: string;
                /** @description A position in a stream. */
                readonly seq?: number;
                readonly postId?: string;
                readonly commentId?: string;
                readonly report?: string;
                readonly sanction?: string;
                /** @enum {string} */
                readonly act?: "removal" | "warning" | "silence" | "suspension" | "ban";
                readonly excerpt?: string;
            };
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly readAt?: string;
        };
        /** Notifications */
        readonly Notifications: {
            readonly items: readonly components["schemas"]["Notification"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
            /** @description 100 means 100 or more. */
            readonly unread: number;
            /** @description The position of the stream `me` at which `unread` was counted. */
            readonly seq: number;
        };
        /** NotificationsRead */
        readonly NotificationsRead: {
            readonly upTo: string;
        };
        /** Unread */
        readonly Unread: {
            /** @description 100 means 100 or more. */
            readonly unread: number;
        };
        /** PushKey */
        readonly PushKey: {
            /** @description Base64url. Null: this server does not push. */
            readonly key: string | null;
        };
        /**
         * PushWish
         * @description As `PushSubscription.toJSON()` of a browser has it.
         */
        readonly PushWish: {
            /** @description An https URL at a public address. */
            readonly endpoint: string;
            readonly keys: {
                /** @description A point of P-256, 65 bytes in base64url. */
                readonly p256dh: string;
                /** @description 16 bytes in base64url. */
                readonly auth: string;
            };
        };
        /** PushSubscription */
        readonly PushSubscription: {
            readonly id: string;
        };
        /** Usage */
        readonly Usage: {
            readonly bytes: number;
            /** @description null: there is none. */
            readonly quota: number | null;
        };
        /** FileChange */
        readonly FileChange: {
            /** @description The file in words; null: without. */
            readonly alt: string | null;
        };
        /**
         * SearchHit
         * @description Has what its kind is named after; messages and posts have an excerpt too.
         */
        readonly SearchHit: {
            /** @enum {string} */
            readonly kind: "message" | "post" | "person" | "room";
            /** @description The room of the message. */
            readonly roomId?: string;
            readonly message?: components["schemas"]["Message"];
            readonly post?: components["schemas"]["Post"];
            readonly person?: components["schemas"]["Person"];
            readonly room?: components["schemas"]["Room"];
            /** @description The text around what was found first. */
            readonly excerpt?: string;
            /** @description The parts of the excerpt that were looked for: from and to (exclusive), in UTF-16 units. */
            readonly highlights?: readonly (readonly number[])[];
        };
        /** SearchHits */
        readonly SearchHits: {
            readonly items: readonly components["schemas"]["SearchHit"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** BusyRoom */
        readonly BusyRoom: {
            readonly room: components["schemas"]["Room"];
            /** @description Messages of others, 300 at most. */
            readonly count: number;
            /** @description The seq of the first of them. */
            readonly first: number;
        };
        /** CatchUp */
        readonly CatchUp: {
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly since: string;
            /** @description Mentions of the caller and answers, the newest first. */
            readonly said: readonly components["schemas"]["Notification"][];
            /** @description The most liked first. */
            readonly liked: readonly components["schemas"]["Post"][];
            /** @description The busiest first, without those that the caller has silenced. */
            readonly rooms: readonly components["schemas"]["BusyRoom"][];
        };
        /** MessagePage */
        readonly MessagePage: {
            /** @description Oldest first. */
            readonly items: readonly components["schemas"]["Message"][];
            /** @description The `before` of the next page (with `after`: its `after`); null: there is none. */
            readonly next: string | null;
            /** @description The position of the room that the page shows. */
            readonly seq: number;
        };
        /** NewMessage */
        readonly NewMessage: {
            /** @description May be empty if the message has files. */
            readonly body: string;
            /** @description A position in a stream. */
            readonly replyTo?: number;
            /** @description Ids of uploaded files. */
            readonly files?: readonly string[];
        };
        /** MessageEdit */
        readonly MessageEdit: {
            /** @description May be empty if the message has files. */
            readonly body: string;
        };
        /** Reactions */
        readonly Reactions: {
            readonly reactions: readonly components["schemas"]["Reaction"][];
        };
        /** Pins */
        readonly Pins: {
            readonly items: readonly components["schemas"]["Message"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** Reader */
        readonly Reader: {
            readonly person: components["schemas"]["Person"];
            readonly readSeq: number;
        };
        /** Readers */
        readonly Readers: {
            readonly items: readonly components["schemas"]["Reader"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** Rooms */
        readonly Rooms: {
            readonly items: readonly components["schemas"]["Room"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** NewRoom */
        readonly NewRoom: {
            /** @enum {string} */
            readonly kind: "group" | "direct";
            /** @description Null: the room is called by the names of its members. */
            readonly title?: string | null;
            readonly avatarUrl?: string | null;
            /** @description The others. In a direct room, there is one other. */
            readonly members?: readonly string[];
        };
        /** RoomChange */
        readonly RoomChange: {
            /** @description Null: the room is called by the names of its members. */
            readonly title?: string | null;
            readonly avatarUrl?: string | null;
            /** @enum {string} */
            readonly posting?: "everybody" | "moderators";
        };
        /** RoomRead */
        readonly RoomRead: {
            /** @description The last message that was read. */
            readonly seq: number;
        };
        /** Marks */
        readonly Marks: {
            /** @description How far the caller has read. */
            readonly readSeq: number;
            /** @description Messages after `readSeq`; 100 means 100 or more. */
            readonly unread: number;
            /** @description Unread messages that mention the caller; at most 100. */
            readonly mentions: number;
        };
        /** RoomNotify */
        readonly RoomNotify: {
            /** @enum {string} */
            readonly notify: "all" | "mentions" | "nothing";
        };
        /** Member */
        readonly Member: {
            readonly person: components["schemas"]["Person"];
            /** @enum {string} */
            readonly role: "owner" | "moderator" | "member";
        };
        /** Members */
        readonly Members: {
            readonly items: readonly components["schemas"]["Member"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /**
         * MemberChange
         * @description Without a role, new members become `member`, and others stay what they are.
         */
        readonly MemberChange: {
            /** @enum {string} */
            readonly role?: "owner" | "moderator" | "member";
        };
        /** NewInvite */
        readonly NewInvite: {
            /** @description Seconds; a week, unless it is given. */
            readonly expiresIn?: number;
            readonly maxUses?: number;
        };
        /** Invite */
        readonly Invite: {
            /** @description Its bearer may join: it is the secret of the link. */
            readonly code: string;
            readonly creator: components["schemas"]["Person"];
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly expiresAt: string;
            readonly uses: number;
            /** @description Without it: as many as like. */
            readonly maxUses?: number;
        };
        /** Invites */
        readonly Invites: {
            readonly items: readonly components["schemas"]["Invite"][];
        };
        /**
         * Invitation
         * @description The view of somebody who is not a member (yet).
         */
        readonly Invitation: {
            /** @description Its bearer may join: it is the secret of the link. */
            readonly code: string;
            readonly creator: components["schemas"]["Person"];
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly expiresAt: string;
            readonly uses: number;
            /** @description Without it: as many as like. */
            readonly maxUses?: number;
            readonly room: {
                readonly id: string;
                /** @description Null: it is called by the names of its other members. */
                readonly title: string | null;
                /** @description The URL of the picture; null: there is none. */
                readonly avatarUrl: string | null;
                readonly membersCount: number;
            };
        };
        /** IncomingHook */
        readonly IncomingHook: {
            readonly id: string;
            readonly roomId: string;
            readonly author: components["schemas"]["Person"];
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly usedAt?: string;
        };
        /** IncomingHooks */
        readonly IncomingHooks: {
            readonly items: readonly components["schemas"]["IncomingHook"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** IncomingHookWish */
        readonly IncomingHookWish: {
            /** @example Builds */
            readonly name: string;
            readonly avatarUrl?: string | null;
        };
        /**
         * NewIncomingHook
         * @description Its addresses are shown this once.
         */
        readonly NewIncomingHook: {
            readonly id: string;
            readonly roomId: string;
            readonly author: components["schemas"]["Person"];
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly usedAt?: string;
            /** @description The secret address, below this server, for senders in the form of Slack. */
            readonly slackPath: string;
            /** @description The same for senders in the form of Discord. */
            readonly discordPath: string;
        };
        /** IncomingHookChange */
        readonly IncomingHookChange: {
            /** @example Builds */
            readonly name?: string;
            readonly avatarUrl?: string | null;
        };
        /** Hook */
        readonly Hook: {
            readonly id: string;
            /** @description Without it: the board. */
            readonly room?: string;
            readonly url: string;
            readonly events: readonly ("message.created" | "message.edited" | "message.deleted" | "reaction.added" | "reaction.removed" | "pin.added" | "pin.removed" | "room.changed" | "member.joined" | "member.left" | "member.changed" | "account.removed" | "post.created" | "post.edited" | "post.deleted" | "post.liked" | "comment.created" | "comment.edited" | "comment.deleted")[];
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly failingSince?: string;
            /**
             * Format: date-time
             * @description It was turned off.
             */
            readonly offSince?: string;
        };
        /** Hooks */
        readonly Hooks: {
            readonly items: readonly components["schemas"]["Hook"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** HookWish */
        readonly HookWish: {
            readonly room?: string;
            /** @example https://example.org/hook */
            readonly url: string;
            /** @description Types of events. */
            readonly events: readonly ("message.created" | "message.edited" | "message.deleted" | "reaction.added" | "reaction.removed" | "pin.added" | "pin.removed" | "room.changed" | "member.joined" | "member.left" | "member.changed" | "account.removed" | "post.created" | "post.edited" | "post.deleted" | "post.liked" | "comment.created" | "comment.edited" | "comment.deleted")[];
        };
        /** NewHook */
        readonly NewHook: {
            readonly id: string;
            /** @description Without it: the board. */
            readonly room?: string;
            readonly url: string;
            readonly events: readonly ("message.created" | "message.edited" | "message.deleted" | "reaction.added" | "reaction.removed" | "pin.added" | "pin.removed" | "room.changed" | "member.joined" | "member.left" | "member.changed" | "account.removed" | "post.created" | "post.edited" | "post.deleted" | "post.liked" | "comment.created" | "comment.edited" | "comment.deleted")[];
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly failingSince?: string;
            /**
             * Format: date-time
             * @description It was turned off.
             */
            readonly offSince?: string;
            /** @description Signs what is sent (Standard Webhooks). It is shown this once. */
            readonly secret: string;
        };
        /** HookChange */
        readonly HookChange: {
            /** @example https://example.org/hook */
            readonly url?: string;
            /** @description Types of events. */
            readonly events?: readonly ("message.created" | "message.edited" | "message.deleted" | "reaction.added" | "reaction.removed" | "pin.added" | "pin.removed" | "room.changed" | "member.joined" | "member.left" | "member.changed" | "account.removed" | "post.created" | "post.edited" | "post.deleted" | "post.liked" | "comment.created" | "comment.edited" | "comment.deleted")[];
            readonly enabled?: boolean;
        };
        /** Delivery */
        readonly Delivery: {
            readonly id: string;
            /** @description A position in a stream. */
            readonly seq: number;
            /** @enum {string} */
            readonly event: "message.created" | "message.edited" | "message.deleted" | "reaction.added" | "reaction.removed" | "pin.added" | "pin.removed" | "room.changed" | "member.joined" | "member.left" | "member.changed" | "account.removed" | "post.created" | "post.edited" | "post.deleted" | "post.liked" | "comment.created" | "comment.edited" | "comment.deleted";
            readonly attempt: number;
            /** @description Without it: there was no answer. */
            readonly status?: number;
            readonly error?: string;
            /** @description Milliseconds. */
            readonly duration: number;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
        };
        /** Deliveries */
        readonly Deliveries: {
            readonly items: readonly components["schemas"]["Delivery"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** Bots */
        readonly Bots: {
            readonly items: readonly components["schemas"]["Person"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** NewBot */
        readonly NewBot: {
            /** @example helper */
            readonly username: string;
            /** @description The display name. */
            readonly name?: string;
        };
        /** BotChange */
        readonly BotChange: {
            readonly name?: string;
            readonly avatarUrl?: string | null;
        };
        /** BotTokens */
        readonly BotTokens: {
            readonly items: readonly components["schemas"]["AccessToken"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** Server */
        readonly Server: {
            /** @description It sends mail: addresses can be verified, forgotten passwords reset. */
            readonly mail: boolean;
        };
        /**
         * HistoryPoint
         * @description Of all nodes: requests, failed requests, messages and frames a minute; open sockets and waiting work; times in seconds that 95 of 100 requests and messages keep; processor in cores, memory in bytes.
         */
        readonly HistoryPoint: {
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly at: string;
            readonly requests?: number;
            readonly errors?: number;
            readonly requestTime?: number;
            readonly messages?: number;
            readonly messageTime?: number;
            readonly sockets?: number;
            readonly frames?: number;
            readonly waiting?: number;
            readonly cpu?: number;
            readonly memory?: number;
        };
        /** History */
        readonly History: {
            /** @description Seconds between two points. */
            readonly step: number;
            readonly points: readonly components["schemas"]["HistoryPoint"][];
        };
        /** Storage */
        readonly Storage: {
            readonly accounts: number;
            readonly bytes: number;
            readonly largest: readonly {
                readonly person: components["schemas"]["Person"];
                readonly bytes: number;
            }[];
        };
        /** Setting */
        readonly Setting: {
            readonly name: string;
            readonly value: string;
            /** @description False: it is the default. */
            readonly isSet: boolean;
        };
        /** ShownSettings */
        readonly ShownSettings: {
            readonly items: readonly components["schemas"]["Setting"][];
        };
        /** Account */
        readonly Account: {
            readonly person: components["schemas"]["Person"];
            readonly email?: string;
            /** @enum {string} */
            readonly role: "owner" | "admin" | "moderator" | "member";
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly closedAt?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly lastSessionAt?: string;
            readonly bytes: number;
        };
        /** AccountOverviews */
        readonly AccountOverviews: {
            readonly items: readonly components["schemas"]["Account"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /**
         * Community
         * @description `registration`: anybody joins (`open`), people with an invitation (`invite`), people whom moderators approve or who have an invitation (`approval`), or nobody (`closed`).
         */
        readonly Community: {
            readonly name: string;
            /** @example #3f6ad8 */
            readonly color?: string;
            /** @description The picture. */
            readonly avatarUrl?: string;
            readonly rules?: string;
            /** @enum {string} */
            readonly registration: "open" | "invite" | "approval" | "closed";
            /** @description The setting `REGISTRATION` of the server decides, not the community. */
            readonly registrationFixed: boolean;
            /** @description There is no owner yet: the set-up link of the start lines makes one. */
            readonly needsSetup: boolean;
            /** @description The code in `invite` is good; who made it. */
            readonly invitation?: {
                readonly by?: components["schemas"]["Person"];
            };
        };
        /** CommunityChange */
        readonly CommunityChange: {
            /** @example The Reading Circle */
            readonly name?: string;
            /** @example #3f6ad8 */
            readonly color?: string | null;
            readonly rules?: string | null;
            /** @enum {string} */
            readonly registration?: "open" | "invite" | "approval" | "closed";
        };
        /** Setup */
        readonly Setup: {
            /** @description From the set-up link, behind its `#`. */
            readonly code: string;
            /** @example ann */
            readonly username: string;
            /** @description The display name. */
            readonly name?: string;
            /** @example ann likes tea */
            readonly password: string;
            /** @example ann@example.org */
            readonly email?: string;
            /** @enum {string} */
            readonly language?: "en" | "ru";
            readonly community: {
                /** @example The Reading Circle */
                readonly name: string;
                /** @example #3f6ad8 */
                readonly color?: string;
            };
            /** @enum {string} */
            readonly registration?: "open" | "invite" | "approval" | "closed";
        };
        /** NewCommunityInvite */
        readonly NewCommunityInvite: {
            /** @description Seconds; a week, unless it is given. */
            readonly expiresIn?: number;
            readonly maxUses?: number;
            /** @description Gets the link in a letter; good for one person then. */
            readonly email?: string;
        };
        /**
         * CommunityInvite
         * @description Without `creator`: the operator made it.
         */
        readonly CommunityInvite: {
            /** @description Its bearer may join: it is the secret of the link. */
            readonly code: string;
            readonly creator?: components["schemas"]["Person"];
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly expiresAt: string;
            readonly uses: number;
            /** @description Without it: as many as like. */
            readonly maxUses?: number;
        };
        /** CommunityInvites */
        readonly CommunityInvites: {
            readonly items: readonly components["schemas"]["CommunityInvite"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** Application */
        readonly Application: {
            readonly id: string;
            readonly username: string;
            readonly body: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
        };
        /** Applications */
        readonly Applications: {
            readonly items: readonly components["schemas"]["Application"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** StaffMember */
        readonly StaffMember: {
            readonly person: components["schemas"]["Person"];
            /** @enum {string} */
            readonly role: "owner" | "admin" | "moderator" | "member";
        };
        /** Staff */
        readonly Staff: {
            readonly items: readonly components["schemas"]["StaffMember"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** RoleChange */
        readonly RoleChange: {
            /** @enum {string} */
            readonly role: "owner" | "admin" | "moderator" | "member";
        };
        /** NewReport */
        readonly NewReport: {
            readonly subject: {
                /** @enum {string} */
                readonly kind: "account" | "message" | "post" | "comment";
                readonly id?: string;
                readonly room?: string;
                /** @description A position in a stream. */
                readonly seq?: number;
            };
            /** @enum {string} */
            readonly reason: "spam" | "harassment" | "hate" | "violence" | "sexual" | "illegal" | "other";
            readonly body?: string;
        };
        /** ReportMade */
        readonly ReportMade: {
            readonly id: string;
        };
        /**
         * Report
         * @description Or, of kind `appeal`, the answer of somebody who was sanctioned. Accounts that are gone are left out.
         */
        readonly Report: {
            readonly id: string;
            /** @enum {string} */
            readonly kind: "account" | "message" | "post" | "comment" | "appeal";
            readonly reporter?: components["schemas"]["Person"];
            readonly account?: components["schemas"]["Person"];
            readonly subject: {
                readonly room?: string;
                /** @description A position in a stream. */
                readonly seq?: number;
                readonly postId?: string;
                readonly commentId?: string;
                readonly sanction?: string;
                /** @enum {string} */
                readonly act?: "removal" | "warning" | "silence" | "suspension" | "ban";
            };
            /** @enum {string} */
            readonly reason?: "spam" | "harassment" | "hate" | "violence" | "sexual" | "illegal" | "other";
            readonly body: string;
            /** @description As they were when it was reported, oldest first. */
            readonly texts: readonly {
                readonly author: components["schemas"]["Person"];
                readonly body: string;
                readonly files: number;
                /**
                 * Format: date-time
                 * @example 2026-01-31T10:00:00.000Z
                 */
                readonly createdAt: string;
                /** @description True for the reported text; the others are its context. */
                readonly isSubject: boolean;
            }[];
            /** @enum {string} */
            readonly state: "open" | "resolved" | "dismissed";
            /** @enum {string} */
            readonly outcome?: "removed" | "sanctioned" | "lifted" | "nothing";
            readonly note: string;
            readonly assignee?: components["schemas"]["Person"];
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly handledAt?: string;
        };
        /** Reports */
        readonly Reports: {
            readonly items: readonly components["schemas"]["Report"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
            readonly waiting: number;
        };
        /**
         * ReportChange
         * @description Omitted fields stay as they are.
         */
        readonly ReportChange: {
            /** @description A moderator; null: nobody. */
            readonly assignee?: string | null;
            readonly note?: string;
            /** @enum {string} */
            readonly state?: "resolved" | "dismissed";
            /** @enum {string} */
            readonly outcome?: "removed" | "sanctioned" | "lifted" | "nothing";
        };
        /** NewSanction */
        readonly NewSanction: {
            /** @enum {string} */
            readonly kind: "warning" | "silence" | "suspension" | "ban";
            /** @description When it ends; null or left out: never. */
            readonly until?: string | null;
            readonly reason?: string;
        };
        /**
         * Sanction
         * @description Without `until` it has no end. `appeal`: how the answer to it stands.
         */
        readonly Sanction: {
            readonly id: string;
            /** @enum {string} */
            readonly kind: "removal" | "warning" | "silence" | "suspension" | "ban";
            readonly reason: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly until?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly liftedAt?: string;
            /** @enum {string} */
            readonly appeal?: "open" | "resolved" | "dismissed";
        };
        /** Sanctions */
        readonly Sanctions: {
            readonly items: readonly components["schemas"]["Sanction"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** NewAppeal */
        readonly NewAppeal: {
            readonly body: string;
        };
        /** Appeal */
        readonly Appeal: {
            readonly id: string;
        };
        /** AppealFromOutside */
        readonly AppealFromOutside: {
            readonly login: string;
            readonly password: string;
            /** @description Of the second factor, if it is on. */
            readonly code?: string;
            readonly body: string;
        };
        /**
         * NewSignUpBan
         * @description One of `namePattern`, `emailDomain` and `network`.
         */
        readonly NewSignUpBan: {
            /** @description A username; `*` stands for any letters. */
            readonly namePattern?: string;
            /** @description With all domains below it. */
            readonly emailDomain?: string;
            /** @description An address, or a range such as `203.0.113.0/24`. */
            readonly network?: string;
            /** @description When it ends; null or left out: never. */
            readonly until?: string | null;
            readonly reason?: string;
        };
        /** SignUpBanMade */
        readonly SignUpBanMade: {
            readonly id: string;
        };
        /**
         * SignUpBan
         * @description Without `until` it has no end; without `creator` the operator made it.
         */
        readonly SignUpBan: {
            readonly id: string;
            /** @description A username; `*` stands for any letters. */
            readonly namePattern?: string;
            /** @description With all domains below it. */
            readonly emailDomain?: string;
            /** @description An address, or a range such as `203.0.113.0/24`. */
            readonly network?: string;
            readonly reason: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly until?: string;
            readonly creator?: components["schemas"]["Person"];
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
        };
        /** SignUpBans */
        readonly SignUpBans: {
            readonly items: readonly components["schemas"]["SignUpBan"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** NewPurge */
        readonly NewPurge: {
            readonly hours: number;
            readonly reason?: string;
        };
        /**
         * Cleanup
         * @description It goes on after the answer: read it again to see how far it is.
         */
        readonly Cleanup: {
            readonly id: string;
            readonly done: boolean;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly since: string;
            /** @enum {string} */
            readonly sanction?: "suspension" | "ban";
            readonly purge: boolean;
            /** @description How many are excluded by it so far. */
            readonly accounts: number;
            /** @description How many were deleted so far. */
            readonly texts: number;
            readonly reason: string;
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
        };
        /** RaidEnd */
        readonly RaidEnd: {
            /** @enum {string} */
            readonly sanction: "suspension" | "ban";
            /** @description When it ends; null or left out: never. */
            readonly until?: string | null;
            /** @description A date, or a time in ISO 8601. */
            readonly since?: string;
            readonly purge: boolean;
            readonly reason?: string;
        };
        /**
         * AuditEntry
         * @description Accounts that are gone are left out.
         */
        readonly AuditEntry: {
            readonly id: string;
            readonly actor?: components["schemas"]["Person"];
            /** @description On the command line of the server. */
            readonly byOperator: boolean;
            /**
             * @example sanction.silence
             * @example text.remove
             * @example role.set
             */
            readonly action: string;
            readonly account?: components["schemas"]["Person"];
            /** @example post 5f0c5c70-0000-4000-8000-000000000000 */
            readonly subject?: string;
            readonly reason: string;
            readonly before?: {
                readonly [key: string]: string | number | boolean | null;
            };
            readonly after?: {
                readonly [key: string]: string | number | boolean | null;
            };
            /**
             * Format: date-time
             * @example 2026-01-31T10:00:00.000Z
             */
            readonly createdAt: string;
        };
        /** AuditEntries */
        readonly AuditEntries: {
            readonly items: readonly components["schemas"]["AuditEntry"][];
            /** @description The cursor of the next page. */
            readonly next: string | null;
        };
        /** ProviderLogout */
        readonly ProviderLogout: {
            readonly logout_token: string;
        };
        /**
         * Upload
         * @description In bytes.
         */
        readonly Upload: {
            readonly offset: number;
            readonly length: number;
        };
        /**
         * SlackText
         * @description Of mrkdwn or plain.
         */
        readonly SlackText: {
            readonly type?: string;
            readonly text?: string;
        };
        /**
         * SlackBlock
         * @description One of another type says nothing here.
         */
        readonly SlackBlock: {
            /** @enum {string} */
            readonly type?: "header" | "section" | "context" | "actions" | "image" | "divider" | "rich_text";
            readonly text?: components["schemas"]["SlackText"];
            readonly fields?: readonly components["schemas"]["SlackText"][];
            readonly elements?: readonly {
                readonly type?: string;
                readonly url?: string;
                readonly alt_text?: string;
                readonly name?: string;
                readonly user_id?: string;
                readonly text?: components["schemas"]["SlackText"] | string;
                readonly elements?: readonly unknown[];
            }[];
            readonly alt_text?: string;
            readonly image_url?: string;
        };
        /** SlackAttachment */
        readonly SlackAttachment: {
            readonly fallback?: string;
            readonly pretext?: string;
            readonly author_name?: string;
            readonly title?: string;
            readonly title_link?: string;
            readonly text?: string;
            readonly fields?: readonly {
                readonly title?: string;
                readonly value?: string;
            }[];
            readonly blocks?: readonly components["schemas"]["SlackBlock"][];
            readonly image_url?: string;
            readonly footer?: string;
        };
        /**
         * SlackMessage
         * @description It says something in `text`, `blocks` or `attachments`. Other members are ignored, and so is what exceeds a list.
         */
        readonly SlackMessage: {
            readonly text?: string;
            readonly blocks?: readonly components["schemas"]["SlackBlock"][];
            readonly attachments?: readonly components["schemas"]["SlackAttachment"][];
            readonly username?: string;
        };
        /**
         * DiscordWebhook
         * @description The hook.
         */
        readonly DiscordWebhook: {
            readonly id: string;
            readonly token: string;
            readonly type: number;
            readonly channel_id: string;
            readonly guild_id: null;
            readonly application_id: null;
            readonly name: string | null;
            readonly avatar: null;
        };
        /** DiscordError */
        readonly DiscordError: {
            readonly message: string;
            /** @description One of Discord's; 0: a general error. */
            readonly code: number;
            readonly errors?: {
                readonly [key: string]: {
                    readonly _errors: readonly {
                        readonly code: string;
                        readonly message: string;
                    }[];
                };
            };
        };
        /** DiscordLimit */
        readonly DiscordLimit: {
            readonly message: string;
            /** @description In seconds. */
            readonly retry_after: number;
            readonly global: boolean;
        };
        /** DiscordEmbed */
        readonly DiscordEmbed: {
            readonly title?: string;
            readonly url?: string;
            readonly description?: string;
            readonly author?: {
                readonly name?: string;
            };
            readonly fields?: readonly {
                readonly name?: string;
                readonly value?: string;
            }[];
            readonly image?: {
                readonly url?: string;
            };
            readonly footer?: {
                readonly text?: string;
            };
        };
        /**
         * NewDiscordMessage
         * @description It says something in `content` or `embeds`. Other members are ignored, and so is what exceeds a list.
         */
        readonly NewDiscordMessage: {
            readonly content?: string;
            readonly embeds?: readonly components["schemas"]["DiscordEmbed"][];
            readonly username?: string;
        };
        /**
         * DiscordMessage
         * @description A message that the hook wrote.
         */
        readonly DiscordMessage: {
            readonly id: string;
            readonly type: number;
            readonly channel_id: string;
            readonly webhook_id: string;
            readonly content: string;
            readonly author: {
                readonly id: string;
                readonly username: string;
                readonly avatar: null;
                readonly discriminator: string;
                readonly bot: boolean;
            };
            readonly attachments: readonly {
                readonly id: string;
                readonly filename: string;
                readonly size: number;
                readonly width: number | null;
                readonly height: number | null;
                readonly url: string;
                readonly proxy_url: string;
            }[];
            /** Format: date-time */
            readonly timestamp: string;
            readonly edited_timestamp: string | null;
            readonly embeds: readonly unknown[];
            readonly mentions: readonly unknown[];
            readonly mention_roles: readonly unknown[];
            readonly components: readonly unknown[];
            readonly pinned: boolean;
            readonly mention_everyone: boolean;
            readonly tts: boolean;
            readonly flags: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly signUp: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewAccount"];
            };
        };
        readonly responses: {
            /** @description The cookie `koine` is set to the token as well. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    readonly signIn: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["Credentials"];
            };
        };
        readonly responses: {
            /** @description The cookie `koine` is set to the token as well. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    readonly signOut: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly listSessions: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["OwnSessions"];
                };
            };
        };
    };
    readonly removeOtherSessions: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["EndedSessions"];
                };
            };
        };
    };
    readonly removeSession: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly listTokens: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccessTokens"];
                };
            };
        };
    };
    readonly createToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["AccessTokenWish"];
            };
        };
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["NewAccessToken"];
                };
            };
        };
    };
    readonly removeToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly listAppPasswords: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AppPasswords"];
                };
            };
        };
    };
    readonly createAppPassword: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["AppPasswordWish"];
            };
        };
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["NewAppPassword"];
                };
            };
        };
    };
    readonly removeAppPassword: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getSecondFactor: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Without `since` it is off. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SecondFactor"];
                };
            };
        };
    };
    readonly turnOnSecondFactor: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["FirstCode"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
        };
    };
    readonly prepareSecondFactor: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["NewSecondFactor"];
                };
            };
        };
    };
    readonly turnOffSecondFactor: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly renewRecoveryCodes: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
        };
    };
    readonly confirmSession: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["Confirmation"];
            };
        };
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly listPasskeys: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Passkeys"];
                };
            };
        };
    };
    readonly addPasskey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PasskeyAddition"];
            };
        };
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Passkey"];
                };
            };
        };
    };
    readonly preparePasskey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["NewPasskeyChallenge"];
                };
            };
        };
    };
    readonly removePasskey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly renamePasskey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PasskeyName"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Passkey"];
                };
            };
        };
    };
    readonly challengePasskey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PasskeyChallenge"];
                };
            };
        };
    };
    readonly signInByPasskey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PasskeyProof"];
            };
        };
        readonly responses: {
            /** @description The cookie `koine` is set to the token as well. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    readonly confirmByPasskey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PasskeyProof"];
            };
        };
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getSignInWays: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SignInWays"];
                };
            };
        };
    };
    readonly beginSignIn: {
        readonly parameters: {
            readonly query?: {
                /** @description A path of the web client, for afterwards. */
                readonly to?: string;
                /** @description The code of an invitation. */
                readonly invite?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly provider: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: never;
    };
    readonly endSignIn: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly provider: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: never;
    };
    readonly listIdentities: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Identities"];
                };
            };
        };
    };
    readonly linkIdentity: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly provider: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IdentityLink"];
                };
            };
        };
    };
    readonly removeIdentity: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly provider: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getMe: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The caller's own account. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    readonly deleteMe: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["MeRemoval"];
            };
        };
        readonly responses: {
            /** @description When it is deleted. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["MeRemoved"];
                };
            };
        };
    };
    readonly updateMe: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description Omitted fields stay as they are. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["MeChange"];
            };
        };
        readonly responses: {
            /** @description The caller's own account. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    readonly setAvatar: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description The bytes of the file, of any `Content-Type`; or a form with the file in its field `file`. */
        readonly requestBody: {
            readonly content: {
                readonly "application/octet-stream": string;
                readonly "multipart/form-data": string;
            };
        };
        readonly responses: {
            /** @description The caller's own account. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    readonly removeAvatar: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly setPassword: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PasswordChange"];
            };
        };
        readonly responses: {
            /** @description The cookie `koine` is set to the token as well. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    readonly getExport: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A `.tar.gz` file. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/gzip": string;
                };
            };
        };
    };
    readonly getEmail: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["OwnEmail"];
                };
            };
        };
    };
    readonly setEmail: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["EmailChange"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["OwnEmail"];
                };
            };
        };
    };
    readonly verifyEmail: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["Verification"];
            };
        };
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly requestVerification: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly completeReset: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["Reset"];
            };
        };
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly requestReset: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ResetRequest"];
            };
        };
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getSync: {
        readonly parameters: {
            readonly query?: {
                readonly rooms?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Sync"];
                };
            };
        };
    };
    readonly getEvents: {
        readonly parameters: {
            readonly query?: {
                /** @description The position to resume from; without it: now. `Last-Event-ID` comes first. */
                readonly cursor?: string;
                /** @description Seconds to wait for an event, if there is none. Not for server-sent events. */
                readonly wait?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The events, oldest first in each stream. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Events"];
                    readonly "text/event-stream": string;
                };
            };
        };
    };
    readonly listPeople: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
                /** @description The start of a username or a name. */
                readonly query?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["People"];
                };
            };
        };
    };
    readonly getPerson: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description An id, or `@` and a username.
                 * @example @ann
                 */
                readonly personId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    readonly listFriends: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["People"];
                };
            };
        };
    };
    readonly addFriend: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description An id, or `@` and a username.
                 * @example @ann
                 */
                readonly personId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Person"];
                };
            };
            /** @description Accepted */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    readonly removeFriend: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description An id, or `@` and a username.
                 * @example @ann
                 */
                readonly personId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly listFriendRequests: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
                readonly direction?: "received" | "sent";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["People"];
                };
            };
        };
    };
    readonly removeFriendRequest: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description An id, or `@` and a username.
                 * @example @ann
                 */
                readonly personId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly listBlocks: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["People"];
                };
            };
        };
    };
    readonly addBlock: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description An id, or `@` and a username.
                 * @example @ann
                 */
                readonly personId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    readonly removeBlock: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description An id, or `@` and a username.
                 * @example @ann
                 */
                readonly personId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly listPosts: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
                /** @description The authors: `all`, `friends` (the caller's), or `@` and a username. */
                readonly from?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Posts"];
                };
            };
        };
    };
    readonly createPost: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewPost"];
            };
        };
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Post"];
                };
            };
        };
    };
    readonly listPostsOf: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path: {
                /**
                 * @description An id, or `@` and a username.
                 * @example @ann
                 */
                readonly personId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Posts"];
                };
            };
        };
    };
    readonly getPost: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly postId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Post"];
                };
            };
        };
    };
    readonly deletePost: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly postId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly updatePost: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly postId: string;
            };
            readonly cookie?: never;
        };
        /** @description Omitted fields stay as they are. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PostEdit"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Post"];
                };
            };
        };
    };
    readonly setLike: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly postId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Liking"];
                };
            };
        };
    };
    readonly removeLike: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly postId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Liking"];
                };
            };
        };
    };
    readonly listLikes: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly postId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["People"];
                };
            };
        };
    };
    readonly setBookmark: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly postId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly removeBookmark: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly postId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly listBookmarks: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Posts"];
                };
            };
        };
    };
    readonly listComments: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly postId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Comments"];
                };
            };
        };
    };
    readonly createComment: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly postId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CommentText"];
            };
        };
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Comment"];
                };
            };
        };
    };
    readonly deleteComment: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly commentId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly updateComment: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly commentId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CommentText"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Comment"];
                };
            };
        };
    };
    readonly listNotifications: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Notifications"];
                };
            };
        };
    };
    readonly setNotificationsRead: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NotificationsRead"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Unread"];
                };
            };
        };
    };
    readonly getPushKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PushKey"];
                };
            };
        };
    };
    readonly setPush: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description As `PushSubscription.toJSON()` of a browser has it. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PushWish"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PushSubscription"];
                };
            };
        };
    };
    readonly removePush: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getUsage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Usage"];
                };
            };
        };
    };
    readonly getFile: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly fileId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["File"];
                };
            };
        };
    };
    readonly updateFile: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly fileId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["FileChange"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["File"];
                };
            };
        };
    };
    readonly getFileContent: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly fileId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The bytes. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "image/jpeg": string;
                    readonly "image/png": string;
                    readonly "image/webp": string;
                    readonly "video/mp4": string;
                    readonly "video/webm": string;
                    readonly "video/ogg": string;
                    readonly "video/quicktime": string;
                    readonly "audio/mp4": string;
                    readonly "audio/webm": string;
                    readonly "audio/ogg": string;
                    readonly "audio/wav": string;
                    readonly "audio/flac": string;
                    readonly "audio/aac": string;
                    readonly "audio/mpeg": string;
                    readonly "application/octet-stream": string;
                };
            };
            /** @description The bytes. */
            readonly 206: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "image/jpeg": string;
                    readonly "image/png": string;
                    readonly "image/webp": string;
                    readonly "video/mp4": string;
                    readonly "video/webm": string;
                    readonly "video/ogg": string;
                    readonly "video/quicktime": string;
                    readonly "audio/mp4": string;
                    readonly "audio/webm": string;
                    readonly "audio/ogg": string;
                    readonly "audio/wav": string;
                    readonly "audio/flac": string;
                    readonly "audio/aac": string;
                    readonly "audio/mpeg": string;
                    readonly "application/octet-stream": string;
                };
            };
        };
    };
    readonly getFilePreview: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly fileId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The bytes. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "image/webp": string;
                };
            };
            /** @description The bytes. */
            readonly 206: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "image/webp": string;
                };
            };
        };
    };
    readonly findTexts: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
                /** @description All words must be there, in any form; `"…"` is a phrase, `word*` the start of a word, `-word` must not be there. May be empty if messages are filtered by `author` or `has`. */
                readonly q?: string;
                readonly in?: "messages" | "posts" | "people" | "rooms";
                /** @description Only messages of this room. */
                readonly room?: string;
                /** @description Only what this person wrote: an id, or `@` and a username. */
                readonly author?: string;
                /** @description A date, or a time in ISO 8601. */
                readonly before?: string;
                /** @description A date, or a time in ISO 8601. */
                readonly after?: string;
                readonly has?: "file";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SearchHits"];
                };
            };
        };
    };
    readonly getCatchUp: {
        readonly parameters: {
            readonly query: {
                /** @description A date, or a time in ISO 8601. */
                readonly since: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CatchUp"];
                };
            };
        };
    };
    readonly listMessages: {
        readonly parameters: {
            readonly query?: {
                /** @description A position in a stream. */
                readonly before?: number;
                /** @description A position in a stream. */
                readonly after?: number;
                /** @description A position in a stream. */
                readonly around?: number;
                /**
                 * @description A time: around the first message of then or later.
                 * @example 2026-01-31T10:00:00.000Z
                 */
                readonly at?: string;
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["MessagePage"];
                };
            };
        };
    };
    readonly createMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewMessage"];
            };
        };
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    readonly getMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
                /** @description A position in a stream. */
                readonly seq: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    readonly deleteMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
                /** @description A position in a stream. */
                readonly seq: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly updateMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
                /** @description A position in a stream. */
                readonly seq: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["MessageEdit"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    readonly addReaction: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
                /** @description A position in a stream. */
                readonly seq: number;
                /**
                 * @description One emoji, percent-encoded.
                 * @example %F0%9F%91%8D
                 */
                readonly emoji: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Reactions"];
                };
            };
        };
    };
    readonly removeReaction: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
                /** @description A position in a stream. */
                readonly seq: number;
                /**
                 * @description One emoji, percent-encoded.
                 * @example %F0%9F%91%8D
                 */
                readonly emoji: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Reactions"];
                };
            };
        };
    };
    readonly listPins: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Pins"];
                };
            };
        };
    };
    readonly addPin: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
                /** @description A position in a stream. */
                readonly seq: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly removePin: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
                /** @description A position in a stream. */
                readonly seq: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly listReaders: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Readers"];
                };
            };
        };
    };
    readonly listRooms: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Rooms"];
                };
            };
        };
    };
    readonly createRoom: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewRoom"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Room"];
                };
            };
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Room"];
                };
            };
        };
    };
    readonly getRoom: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Room"];
                };
            };
        };
    };
    readonly deleteRoom: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly updateRoom: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RoomChange"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Room"];
                };
            };
        };
    };
    readonly setRoomAvatar: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        /** @description The bytes of the file, of any `Content-Type`; or a form with the file in its field `file`. */
        readonly requestBody: {
            readonly content: {
                readonly "application/octet-stream": string;
                readonly "multipart/form-data": string;
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Room"];
                };
            };
        };
    };
    readonly removeRoomAvatar: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly setRoomRead: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RoomRead"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Marks"];
                };
            };
        };
    };
    readonly setRoomNotify: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RoomNotify"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RoomNotify"];
                };
            };
        };
    };
    readonly listMembers: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Members"];
                };
            };
        };
    };
    readonly setMember: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
                /**
                 * @description An id, or `@` and a username.
                 * @example @ann
                 */
                readonly personId: string;
            };
            readonly cookie?: never;
        };
        /** @description Without a role, new members become `member`, and others stay what they are. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["MemberChange"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Member"];
                };
            };
        };
    };
    readonly removeMember: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
                /**
                 * @description An id, or `@` and a username.
                 * @example @ann
                 */
                readonly personId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly listInvites: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Invites"];
                };
            };
        };
    };
    readonly createInvite: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewInvite"];
            };
        };
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Invite"];
                };
            };
        };
    };
    readonly deleteInvite: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
                readonly code: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getInvite: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly code: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The view of somebody who is not a member (yet). */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Invitation"];
                };
            };
        };
    };
    readonly acceptInvite: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly code: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Room"];
                };
            };
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Room"];
                };
            };
        };
    };
    readonly deleteCommunityInvite: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly code: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly listIncomingHooks: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IncomingHooks"];
                };
            };
        };
    };
    readonly createIncomingHook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["IncomingHookWish"];
            };
        };
        readonly responses: {
            /** @description Its addresses are shown this once. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["NewIncomingHook"];
                };
            };
        };
    };
    readonly removeIncomingHook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly updateIncomingHook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["IncomingHookChange"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["IncomingHook"];
                };
            };
        };
    };
    readonly renewIncomingHook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly roomId: string;
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Its addresses are shown this once. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["NewIncomingHook"];
                };
            };
        };
    };
    readonly listHooks: {
        readonly parameters: {
            readonly query?: {
                readonly room?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Hooks"];
                };
            };
        };
    };
    readonly createHook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["HookWish"];
            };
        };
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["NewHook"];
                };
            };
        };
    };
    readonly removeHook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly updateHook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["HookChange"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Hook"];
                };
            };
        };
    };
    readonly listDeliveries: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Deliveries"];
                };
            };
        };
    };
    readonly requestDelivery: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
                readonly deliveryId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    readonly listBots: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Bots"];
                };
            };
        };
    };
    readonly createBot: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewBot"];
            };
        };
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    readonly removeBot: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly updateBot: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["BotChange"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    readonly listBotTokens: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["BotTokens"];
                };
            };
        };
    };
    readonly createBotToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["AccessTokenWish"];
            };
        };
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["NewAccessToken"];
                };
            };
        };
    };
    readonly removeBotToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
                readonly tokenId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getServer: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Server"];
                };
            };
        };
    };
    readonly getHistory: {
        readonly parameters: {
            readonly query?: {
                readonly hours?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["History"];
                };
            };
        };
    };
    readonly getStorage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Storage"];
                };
            };
        };
    };
    readonly listSettings: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ShownSettings"];
                };
            };
        };
    };
    readonly listAccounts: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountOverviews"];
                };
            };
        };
    };
    readonly getCommunity: {
        readonly parameters: {
            readonly query?: {
                /** @description The code of an invitation to it. */
                readonly invite?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description `registration`: anybody joins (`open`), people with an invitation (`invite`), people whom moderators approve or who have an invitation (`approval`), or nobody (`closed`). */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Community"];
                };
            };
        };
    };
    readonly updateCommunity: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CommunityChange"];
            };
        };
        readonly responses: {
            /** @description `registration`: anybody joins (`open`), people with an invitation (`invite`), people whom moderators approve or who have an invitation (`approval`), or nobody (`closed`). */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Community"];
                };
            };
        };
    };
    readonly setCommunityAvatar: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description The bytes of the file, of any `Content-Type`; or a form with the file in its field `file`. */
        readonly requestBody: {
            readonly content: {
                readonly "application/octet-stream": string;
                readonly "multipart/form-data": string;
            };
        };
        readonly responses: {
            /** @description `registration`: anybody joins (`open`), people with an invitation (`invite`), people whom moderators approve or who have an invitation (`approval`), or nobody (`closed`). */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Community"];
                };
            };
        };
    };
    readonly removeCommunityAvatar: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly setUp: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["Setup"];
            };
        };
        readonly responses: {
            /** @description The cookie `koine` is set to the token as well. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    readonly listCommunityInvites: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CommunityInvites"];
                };
            };
        };
    };
    readonly createCommunityInvite: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewCommunityInvite"];
            };
        };
        readonly responses: {
            /** @description Without `creator`: the operator made it. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CommunityInvite"];
                };
            };
        };
    };
    readonly listApplications: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Applications"];
                };
            };
        };
    };
    readonly approveApplication: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly applicationId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    readonly refuseApplication: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly applicationId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly listStaff: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Staff"];
                };
            };
        };
    };
    readonly setRole: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description An id, or `@` and a username.
                 * @example @ann
                 */
                readonly personId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RoleChange"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["StaffMember"];
                };
            };
        };
    };
    readonly listMutes: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["People"];
                };
            };
        };
    };
    readonly addMute: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description An id, or `@` and a username.
                 * @example @ann
                 */
                readonly personId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    readonly removeMute: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description An id, or `@` and a username.
                 * @example @ann
                 */
                readonly personId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly listReports: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
                readonly state?: "open" | "resolved" | "dismissed";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Reports"];
                };
            };
        };
    };
    readonly createReport: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewReport"];
            };
        };
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ReportMade"];
                };
            };
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ReportMade"];
                };
            };
        };
    };
    readonly getReport: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly reportId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Or, of kind `appeal`, the answer of somebody who was sanctioned. Accounts that are gone are left out. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Report"];
                };
            };
        };
    };
    readonly updateReport: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly reportId: string;
            };
            readonly cookie?: never;
        };
        /** @description Omitted fields stay as they are. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ReportChange"];
            };
        };
        readonly responses: {
            /** @description Or, of kind `appeal`, the answer of somebody who was sanctioned. Accounts that are gone are left out. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Report"];
                };
            };
        };
    };
    readonly listSanctions: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path: {
                /**
                 * @description An id, or `@` and a username.
                 * @example @ann
                 */
                readonly personId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Sanctions"];
                };
            };
        };
    };
    readonly createSanction: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description An id, or `@` and a username.
                 * @example @ann
                 */
                readonly personId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewSanction"];
            };
        };
        readonly responses: {
            /** @description Without `until` it has no end. `appeal`: how the answer to it stands. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Sanction"];
                };
            };
        };
    };
    readonly listOwnSanctions: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Sanctions"];
                };
            };
        };
    };
    readonly liftSanction: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly sanctionId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly appealSanction: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly sanctionId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewAppeal"];
            };
        };
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Appeal"];
                };
            };
        };
    };
    readonly appealExclusion: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["AppealFromOutside"];
            };
        };
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Appeal"];
                };
            };
        };
    };
    readonly listSignUpBans: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SignUpBans"];
                };
            };
        };
    };
    readonly createSignUpBan: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description One of `namePattern`, `emailDomain` and `network`. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewSignUpBan"];
            };
        };
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SignUpBanMade"];
                };
            };
        };
    };
    readonly purgeTexts: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description An id, or `@` and a username.
                 * @example @ann
                 */
                readonly personId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewPurge"];
            };
        };
        readonly responses: {
            /** @description It goes on after the answer: read it again to see how far it is. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Cleanup"];
                };
            };
        };
    };
    readonly endRaid: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly code: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RaidEnd"];
            };
        };
        readonly responses: {
            /** @description It goes on after the answer: read it again to see how far it is. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Cleanup"];
                };
            };
        };
    };
    readonly getCleanup: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly cleanupId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It goes on after the answer: read it again to see how far it is. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Cleanup"];
                };
            };
        };
    };
    readonly listAudit: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description `next` of the page before. */
                readonly cursor?: string;
                readonly about?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OK */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AuditEntries"];
                };
            };
        };
    };
    readonly exportAudit: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Lines of JSON, each an `AuditEntry`. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/x-ndjson": string;
                };
            };
        };
    };
    readonly openLive: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: never;
    };
    readonly endByProvider: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly provider: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ProviderLogout"];
            };
        };
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly createFile: {
        readonly parameters: {
            readonly query?: {
                /** @description The file in words. */
                readonly alt?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description The bytes of the file, of any `Content-Type`; or a form with the file in its field `file`. */
        readonly requestBody: {
            readonly content: {
                readonly "application/octet-stream": string;
                readonly "multipart/form-data": string;
            };
        };
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["File"];
                };
            };
        };
    };
    readonly createUpload: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Created */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getUploadOptions: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getUpload: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly uploadId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description In bytes. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Upload"];
                };
            };
        };
    };
    readonly removeUpload: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly uploadId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly updateUpload: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly uploadId: string;
            };
            readonly cookie?: never;
        };
        /** @description The bytes from there on, as many as the client likes. */
        readonly requestBody: {
            readonly content: {
                readonly "application/offset+octet-stream": string;
            };
        };
        readonly responses: {
            /** @description No Content */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly createSlackMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description Any word. */
                readonly team: string;
                /** @description `B` and the id of the hook. */
                readonly hook: string;
                /** @description The secret of the hook. */
                readonly secret: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SlackMessage"];
                readonly "application/x-www-form-urlencoded": {
                    readonly payload: components["schemas"]["SlackMessage"];
                };
            };
        };
        readonly responses: {
            /** @description The message is written. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": "ok";
                };
            };
        };
    };
    readonly getDiscordHook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The id of the hook. */
                readonly id: string;
                /** @description The secret of the hook. */
                readonly secret: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The hook. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DiscordWebhook"];
                };
            };
        };
    };
    readonly createDiscordMessage: {
        readonly parameters: {
            readonly query?: {
                /** @description Whether the message is answered. */
                readonly wait?: boolean;
            };
            readonly header?: never;
            readonly path: {
                /** @description The id of the hook. */
                readonly id: string;
                /** @description The secret of the hook. */
                readonly secret: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewDiscordMessage"];
                readonly "multipart/form-data": {
                    readonly payload_json?: components["schemas"]["NewDiscordMessage"];
                    readonly content?: string;
                    readonly username?: string;
                    /**
                     * Format: binary
                     * @description And so on, to `files[9]`. Older names are taken too: `file`, `file0` to `file9`.
                     */
                    readonly "files[0]"?: string;
                };
            };
        };
        readonly responses: {
            /** @description A message that the hook wrote. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DiscordMessage"];
                };
            };
            /** @description The message is written; with `wait` it is answered. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getDiscordMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The id of the hook. */
                readonly id: string;
                /** @description The secret of the hook. */
                readonly secret: string;
                /** @description The id of a message that the hook wrote. */
                readonly message: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A message that the hook wrote. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DiscordMessage"];
                };
            };
        };
    };
    readonly removeDiscordMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The id of the hook. */
                readonly id: string;
                /** @description The secret of the hook. */
                readonly secret: string;
                /** @description The id of a message that the hook wrote. */
                readonly message: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The message is deleted. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly updateDiscordMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The id of the hook. */
                readonly id: string;
                /** @description The secret of the hook. */
                readonly secret: string;
                /** @description The id of a message that the hook wrote. */
                readonly message: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewDiscordMessage"];
                readonly "multipart/form-data": {
                    readonly payload_json?: components["schemas"]["NewDiscordMessage"];
                    readonly content?: string;
                    readonly username?: string;
                    /**
                     * Format: binary
                     * @description And so on, to `files[9]`. Older names are taken too: `file`, `file0` to `file9`.
                     */
                    readonly "files[0]"?: string;
                };
            };
        };
        readonly responses: {
            /** @description A message that the hook wrote. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DiscordMessage"];
                };
            };
        };
    };
}
