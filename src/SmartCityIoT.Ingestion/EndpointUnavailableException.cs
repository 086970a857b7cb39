namespace SmartCityIoT.Ingestion;

/// <summary>An endpoint cannot be opened; the message is one line that says which, why and what to do.</summary>
public sealed class EndpointUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
