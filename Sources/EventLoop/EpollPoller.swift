#if canImport(Glibc)
  struct EpollPoller {}
#endif
