namespace SmartCityIoT.Storage.Questions;

/// <summary>The store takes telemetry but has no language in which this question can be asked; the message says which server it is.</summary>
public sealed class StoreQuestionUnsupportedException : Exception
{
    public StoreQuestionUnsupportedException(string message) : base(message)
    {
    }
}
