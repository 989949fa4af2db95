package io.millrace.core.codec.csv;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.core.connector.Params;
import io.millrace.core.text.Messages;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of an encoder.
 *
 * @param delimiter what stands between fields, one to three characters
 * @param quote what stands around text, one character; empty: characters are escaped instead
 * @param nullText what stands for NULL
 * @param commitTs whether lines have the commit ts
 * @param hex whether binary data is in hexadecimal digits instead of base64
 * @param oldValues whether an update is the line of its old and that of its new image
 * @param handleKey whether lines have the handle key
 * @param header whether files begin with the names of the fields
 * @param maxBytes the most a line may take
 */
record CsvOptions(
    String delimiter,
    String quote,
    String nullText,
    boolean commitTs,
    boolean hex,
    boolean oldValues,
    boolean handleKey,
    boolean header,
    long maxBytes) {

  static CsvOptions of(Map<String, String> values) {
    Params params = new Params(values, StandardErrorCode.SINK_INVALID_CONFIG);
    String delimiter = params.text("csv.delimiter").orElse(",");
    // Empty has a meaning of its own here: no quotes.
    String quote = values.getOrDefault("csv.quote", "\"");
    int characters = delimiter.codePointCount(0, delimiter.length());
    if (characters > 3 || hasLineBreak(delimiter)) {
      throw params.bad("csv.delimiter", delimiter, "one to three characters, no line breaks");
    }
    if (quote.codePointCount(0, quote.length()) > 1 || hasLineBreak(quote)) {
      throw params.bad("csv.quote", quote, "one character or none, no line break");
    }
    if (!quote.isEmpty() && delimiter.contains(quote)) {
      throw new CdcException(
          StandardErrorCode.SINK_INVALID_CONFIG,
          "csv.quote '" + quote + "' is part of csv.delimiter '" + delimiter + "'");
    }
    return new CsvOptions(
        delimiter,
        quote,
        values.getOrDefault("csv.null", "\\N"),
        params.flag("csv.include-commit-ts", false),
        params.word("csv.binary-encoding-method", "base64", Set.of("base64", "hex")).equals("hex"),
        params.flag("csv.output-old-value", false),
        params.flag("csv.output-handle-key", false),
        params.flag("csv.output-field-header", false),
        params.number("max-message-bytes", Messages.DEFAULT_MAX_BYTES, 1, Long.MAX_VALUE));
  }

  private static boolean hasLineBreak(String text) {
    return text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0;
  }
}
