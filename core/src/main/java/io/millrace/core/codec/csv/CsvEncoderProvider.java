package io.millrace.core.codec.csv;

import io.millrace.api.codec.EncoderProvider;
import io.millrace.api.codec.EncoderRequest;
import io.millrace.api.codec.EventEncoder;

/**
 * Makes encoders of the protocol {@code csv}; a message is a line without its end.
 *
 * <p>Parameters: {@code csv.delimiter}, {@code csv.quote}, {@code csv.null}, {@code
 * csv.include-commit-ts}, {@code csv.binary-encoding-method}, {@code csv.output-old-value}, {@code
 * csv.output-handle-key}, {@code csv.output-field-header}, {@code max-message-bytes}.
 * <i>Source:</i> protocol specification, 9.3; API v1, 4.6.
 */
public final class CsvEncoderProvider implements EncoderProvider {
  /** The protocol's name. */
  public static final String PROTOCOL = "csv";

  /** Creates a provider. */
  public CsvEncoderProvider() {}

  @Override
  public EventEncoder open(EncoderRequest request) {
    return new CsvEncoder(CsvOptions.of(request.params()), request.zone());
  }
}
