using PSSR.Diffusion;

namespace PSSR.DiffSr.Field;

/// <summary>The theory's curves and field at one scale.</summary>
/// <param name="Signature">L^S_1..L^S_T.</param>
/// <param name="Fidelity">L^F_1..L^F_T, not yet weighted by ω.</param>
public sealed record ScaleField(double Scale, double[] Signature, double[] Fidelity, FieldInterval Interval)
{
    public static ScaleField Compute(FieldCalibration calibration, NoiseSchedule schedule, double scale, RecoverableFieldOptions options)
    {
        options.Checked();
        var distance = calibration.DistanceAt(scale);
        var signature = RecoverableField.Signature(schedule, calibration.ErrorsFor(schedule), options);
        var fidelity = RecoverableField.Fidelity(schedule, new PictureDistance(
            distance.Squared * options.Elements, distance.Energy * options.Elements, distance.Product * options.Elements),
            options.Fidelity);
        return new ScaleField(scale, signature, fidelity, RecoverableField.Find(signature, fidelity, options));
    }
}
