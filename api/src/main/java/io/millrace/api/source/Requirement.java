package io.millrace.api.source;

/**
 * A setting or grant of the upstream that reading its log needs.
 *
 * @param name the setting or grant, for instance {@code binlog_format}
 * @param found what the server has
 * @param wanted what is needed
 * @param met whether it is
 * @param remedy the SQL that mends it; empty where it is met
 */
public record Requirement(String name, String found, String wanted, boolean met, String remedy) {}
