namespace SmartCityIoT.Telemetry.Sectors;

/// <summary>
/// What the decoder must know of one field, without a branch on its type. A field of w bytes stands in the top w bytes of the
/// eight that end with it, so that one arithmetic shift brings it down with its sign, and the mask takes the sign off again
/// where the type has none.
/// </summary>
internal readonly struct FieldPlan
{
    public FieldPlan(SectorField field)
    {
        Width = field.Type.Width();
        Shift = 64 - (8 * Width);
        Mask = field.Type.IsSigned() || Shift == 0 ? -1L : (1L << (8 * Width)) - 1;
        Minimum = field.Type.Minimum();
        Maximum = field.Type.Maximum();
        ValidMinimum = field.ValidMinimum;
        ValidMaximum = field.ValidMaximum;
    }

    /// <summary>Bytes on the wire; 0 for a bit that the schema does not know.</summary>
    public int Width { get; }

    public int Shift { get; }

    public long Mask { get; }

    public long Minimum { get; }

    public long Maximum { get; }

    public long ValidMinimum { get; }

    public long ValidMaximum { get; }
}
