// Valkey: a client of Valkey and Redis, as small as one program needs it. Nothing of votes.
//
//   ValkeyURL         where a server is, and who we are there
//   Command           what is asked: words, written as RESP2 has them
//   Reply             what is answered; ReplyReader makes it of bytes as they come, and trusts none
//   ValkeyConnection  a connection that blocks, with a time limit on all that it waits for
//   ServerFacts       what a server says of itself: who it is, and how safely it keeps what it has
//   ValkeyError       why something was not done
//
// There is no TLS and no cluster: one server, or whatever stands in front of several and leads to
// the one that takes writes.
