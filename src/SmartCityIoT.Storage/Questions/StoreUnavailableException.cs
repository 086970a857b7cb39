namespace SmartCityIoT.Storage.Questions;

/// <summary>The store cannot be asked at the moment, or did not understand; the message is one line for a person.</summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException(string message, Exception? cause = null) : base(message, cause)
    {
    }
}
