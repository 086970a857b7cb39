namespace SmartCityIoT.Journal;

/// <summary>The record is not known to be durable: its message must not be acknowledged. The message is one line.</summary>
public sealed class JournalFailedException : Exception
{
    public JournalFailedException()
    {
    }

    public JournalFailedException(string message)
        : base(message)
    {
    }

    public JournalFailedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
