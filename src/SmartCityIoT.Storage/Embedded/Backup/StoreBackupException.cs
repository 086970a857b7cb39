namespace SmartCityIoT.Storage.Embedded.Backup;

/// <summary>A backup or a restore cannot be done; the message is one line that says what, where and what to do.</summary>
public sealed class StoreBackupException(string message, Exception? inner = null) : Exception(message, inner);
