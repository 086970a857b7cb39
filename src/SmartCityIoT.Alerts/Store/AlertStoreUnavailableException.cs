namespace SmartCityIoT.Alerts.Store;

/// <summary>The alert database cannot be used. The message is one line to show.</summary>
public sealed class AlertStoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
