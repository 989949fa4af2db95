package io.millrace.api.source;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;

/** Opens upstreams of one URI scheme. <i>Threads:</i> any. */
public interface SourceProvider {
  /**
   * Opens an upstream; does not yet reach for it.
   *
   * @throws CdcException {@link StandardErrorCode#SOURCE_URI_INVALID} naming the parameter; {@link
   *     StandardErrorCode#CONNECTOR_MISSING}
   */
  ChangeSource open(SourceRequest request);
}
