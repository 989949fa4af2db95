package io.millrace.transport.jdkhttp.route;

/** What a caller must be allowed to do for a call; each includes those before it. */
public enum Role {
  /** Nothing: probes of load balancers have no credentials. */
  ANYONE,
  /** See what there is. */
  READ,
  /** Stop, move and resume what there is. */
  OPERATE,
  /** Decide what there is: create, change and remove changefeeds. */
  ADMIN;

  /** Returns whether a caller of this role may make a call that needs another. */
  public boolean includes(Role needed) {
    return compareTo(needed) >= 0;
  }
}
