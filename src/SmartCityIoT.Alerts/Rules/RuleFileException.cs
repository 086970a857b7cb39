namespace SmartCityIoT.Alerts.Rules;

/// <summary>Rules that cannot be used. The message is one line: which file, where in it, what is wrong.</summary>
public sealed class RuleFileException : Exception
{
    public RuleFileException(string message)
        : base(message)
    {
    }

    public RuleFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public RuleFileException()
    {
    }
}
